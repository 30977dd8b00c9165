/** What screens draw: households, people, visits and the lists made of them. */
import type { AreaId, Digest, Json, JsonObject, RecordId, UserId } from "../../../shared/wire";

/** "2026-11-22", by the clock of the server as far as it is known. */
export type Day = string;
export type Risk = "一般" | "重点" | "高" | (string & {});
export type VisitState = "draft" | "submitted" | "returned" | "approved";

/** A household as a list shows it. */
export interface HouseholdLine {
  id: RecordId;
  area: AreaId;
  village: string; // the area's name
  head: string;
  group: string;
  address: string;
  phone: string;
  place: Place | null;
  coordinator: string;
  categories: string[]; // of all its people
  risk: Risk | null; // the highest of its people and its last visit
  people: number;
  last: VisitLine | null; // the last counted visit
  due: Day | null;
  /** The ways of visiting that count for it, where the last visit was made in another. */
  dueOnly: string[];
  pending: boolean; // own work on it is not yet on the server
  conflicts: string[]; // fields with two values
  values: JsonObject; // by field, as the table of kinds has them
}

export interface Place {
  lat: number;
  lon: number;
  accuracy?: number;
}

export interface PersonLine {
  id: RecordId;
  household: RecordId | null;
  name: string;
  sex: string;
  relation: string; // to the head, as it was written; the head's own is 户主
  birth: string;
  age: number | null;
  phone: string;
  categories: string[];
  risk: Risk | null;
  pending: boolean;
  conflicts: string[];
  values: JsonObject;
}

export interface VisitLine {
  id: RecordId;
  area: AreaId;
  household: RecordId | null;
  persons: RecordId[];
  type: string;
  way: string | null;
  at: number; // started, else ended, else when it was made
  state: VisitState;
  risk: Risk | null;
  author: UserId;
  authorName: string;
  mine: boolean;
  photos: number;
  photo: Digest | null; // the first, for a small picture
  need: number; // media the server still lacks
  pending: boolean;
  conflicts: string[];
  changed: boolean;
  void: boolean;
}

export interface RequestLine {
  id: RecordId;
  item: string; // the item's name where its code is known
  person: RecordId | null;
  household: RecordId | null;
  who: string; // the person's name
  urgency: string;
  text: string;
  visit: RecordId | null;
  state: string;
  at: number;
  mine: boolean;
  pending: boolean;
  /** All of it is on this phone alone, so that nobody has received it. */
  unsent: boolean;
  /** Where a rule sets a limit for the whole: the last day, and what is left (negative: over). */
  due: { day: Day; left: number; unit: "workdays" | "days"; unadjusted: boolean } | null;
}

export interface CardLine {
  id: RecordId;
  type: string;
  number: string;
  person: RecordId | null;
  household: RecordId | null;
  category: string;
  issued: string;
  expires: string;
  valid: boolean;
}

export interface HouseholdPage {
  line: HouseholdLine;
  members: PersonLine[];
  visits: VisitLine[]; // newest first
  requests: RequestLine[]; // open first, then newest first
  cards: CardLine[];
}

export interface DueVisit {
  household: HouseholdLine;
  day: Day;
  /** Days until then: negative is overdue, 0 is today. */
  days: number;
  rule: string; // its title
}

export interface ReturnedVisit {
  visit: VisitLine;
  household: HouseholdLine | null;
  /** The reviewer's newest remark for each field that has one. */
  photos: Digest[];
  comments: { field: string; text: string; by: string; at: number }[];
}

/** What was done and what is left in a span of days that begins and ends by the calendar. */
export interface Tally {
  done: number; // own visits that count, by when they were made
  left: number; // households due by its last day, the overdue among them
}

export interface Today {
  day: Day;
  tally: { week: Tally; month: Tally }; // the week from Monday
  returned: ReturnedVisit[];
  overdue: DueVisit[]; // longest first, then by risk
  today: DueVisit[];
  week: DueVisit[]; // after today, until Sunday
  open: VisitLine[]; // own visits that are saved and not submitted
}

export interface Filters {
  area?: AreaId;
  group?: string;
  category?: string;
  risk?: Risk;
  due?: "overdue" | "today" | "week";
}

export interface RosterRow {
  household: HouseholdLine;
  /** The people of it that matched, by name; none where the household itself did. */
  matched: PersonLine[];
}

/** A public record in force: forms, rules, calendars, departments. */
export interface InForce {
  id: RecordId;
  area: AreaId;
  title: string;
  source: { document: string; article: string } | null;
  body: { [key: string]: Json };
}
