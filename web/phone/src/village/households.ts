/** Households, people, visits, requests and cards as screens show them, made from light rows. */
import { key } from "../../../shared/fold/key";
import { counts, isObject, isStaff, type Digest, type RecordId, type UserId } from "../../../shared/wire";
import type { Book, Entry } from "./book";
import type { Calm } from "./calm";
import { age, daysBetween } from "./day";
import { dueOf, riskier } from "./due";
import { headWord, inOrder } from "./kin";
import { list, member, num, str, type Light } from "./light";
import { Search, type Findable } from "./search";
import type { CardLine, HouseholdLine, PersonLine, Place, RequestLine, Risk, VisitLine, VisitState } from "./types";

/** Lines are kept until something of the household changes. */
export class Households {
  private readonly lines = new Map<RecordId, HouseholdLine>();
  private readonly rules = new Map<RecordId, string>(); // the rule a line is due by
  private sorted: HouseholdLine[] | null = null;
  readonly search = new Search(
    (id) => this.findable(id),
    () => this.learned(),
  );

  constructor(
    private readonly book: Book,
    private readonly calm: Calm,
    private readonly me: () => UserId,
    private readonly learned: () => void = () => undefined, // names that were searched for can be found now
    /** Whether the server has said that it has a medium. */
    private readonly arrived: (digest: Digest) => boolean = () => false,
  ) {}

  /** What changed since last time: lines are made anew when asked for, and what can be found now. */
  refresh(all: boolean): void {
    const touched = this.book.takeTouched();
    if (all || touched.size > 0) {
      this.sorted = null;
    }
    if (all) {
      this.lines.clear();
      for (const e of this.book.of("household")) touched.add(e.id);
    }
    touched.forEach((id) => {
      this.lines.delete(id);
      this.search.changed(id);
    });
  }

  private findable(id: RecordId): Findable | null {
    const line = this.line(id);
    if (!line) return null;
    const people = this.people(id);
    const phones = [line.phone, ...people.map((p) => p.phone)];
    const { head, group, address, village, categories } = line;
    return {
      words: [head, group, address, village, ...categories, ...phones, ...phones.map((p) => key(p).replace(/\D/g, ""))],
      names: [{ person: null, name: head }, ...people.map((p) => ({ person: p.id, name: p.name }))],
    };
  }

  /** A new day: what is due changes with it. */
  newDay(): void {
    this.lines.clear();
    this.sorted = null;
  }

  line(id: RecordId): HouseholdLine | null {
    const known = this.lines.get(id);
    if (known) {
      return known;
    }
    const e = this.book.get(id);
    if (!e || e.light.k !== "household" || e.light.v === 1) {
      return null;
    }
    const people = this.people(id);
    const counted: { id: RecordId; at: number; way: string | null }[] = [];
    let pending = e.light.o === 1 || people.some((p) => p.pending);
    this.book.tiesOf(id)?.visits.forEach((v) => {
      const l = this.book.get(v)?.light;
      if (l) {
        pending = pending || l.o === 1;
        if (counts(l.k, str(l, "state"), l.v === 1)) {
          counted.push({ id: v, at: visitedAt(l), way: str(l, "way") || null });
        }
      }
    });
    counted.sort((a, b) => b.at - a.at || compare(b.id, a.id));
    const last = counted[0] ? this.visit(counted[0].id) : null;
    const categories = Array.from(new Set(people.flatMap((p) => p.categories)));
    const risk = people.reduce<Risk | null>((r, p) => riskier(r, p.risk), last?.risk ?? null);
    const due = dueOf(this.calm.cadences(e.area), { categories, risk, visits: counted }, this.calm.day());
    const line: HouseholdLine = {
      id,
      area: e.area,
      village: this.calm.areaName(e.area),
      head: str(e.light, "head"),
      group: str(e.light, "group"),
      address: str(e.light, "address"),
      phone: str(e.light, "phone"),
      place: placeOf(e),
      coordinator: str(e.light, "coordinator"),
      categories,
      risk,
      people: people.length,
      last,
      due: due?.day ?? null,
      dueOnly: due?.only ?? [],
      pending,
      conflicts: e.light.c ?? [],
      values: e.light.x,
    };
    this.lines.set(id, line);
    this.rules.set(id, due?.rule ?? "");
    return line;
  }

  dueRule(line: HouseholdLine): string {
    return this.rules.get(line.id) ?? "";
  }

  /** By village, group and name, as people expect a list. */
  all(): readonly HouseholdLine[] {
    if (!this.sorted) {
      const list: { line: HouseholdLine; group: number }[] = [];
      for (const e of this.book.of("household")) {
        const line = this.line(e.id);
        if (line) {
          list.push({ line, group: groupNumber(line.group) });
        }
      }
      list.sort(
        (a, b) =>
          compare(a.line.area, b.line.area) ||
          a.group - b.group ||
          compare(a.line.group, b.line.group) ||
          compare(a.line.head, b.line.head) ||
          compare(a.line.id, b.line.id),
      );
      this.sorted = list.map((l) => l.line);
    }
    return this.sorted;
  }

  people(id: RecordId): PersonLine[] {
    const e = this.book.get(id);
    const ids = new Set<RecordId>(e ? list(e.light, "members") : []);
    this.book.tiesOf(id)?.persons.forEach((p) => ids.add(p));
    const head = e ? str(e.light, "head") : "";
    const out: PersonLine[] = [];
    ids.forEach((p) => {
      const line = this.person(p, head);
      if (line) {
        out.push(line);
      }
    });
    return inOrder(out);
  }

  /** `head`: the name of the household's head, where it is at hand. */
  person(id: RecordId, head?: string): PersonLine | null {
    const e = this.book.get(id);
    if (!e || e.light.k !== "person" || e.light.v === 1) {
      return null;
    }
    const level = member(e.light, "risk", "level");
    const household = this.book.householdOf(e);
    const home = head === undefined && household ? this.book.get(household) : null;
    const name = str(e.light, "name");
    return {
      id,
      household,
      name,
      sex: str(e.light, "sex"),
      relation:
        str(e.light, "relation") ||
        (name !== "" && name === (head ?? (home ? str(home.light, "head") : "")) ? headWord : ""),
      birth: str(e.light, "birth"),
      age: age(str(e.light, "birth"), this.calm.day()),
      phone: str(e.light, "phone"),
      categories: list(e.light, "categories"),
      risk: typeof level === "string" ? level : null,
      pending: e.light.o === 1,
      conflicts: e.light.c ?? [],
      values: e.light.x,
    };
  }

  /** Newest first. */
  visits(household: RecordId): VisitLine[] {
    const out: VisitLine[] = [];
    this.book.tiesOf(household)?.visits.forEach((id) => {
      const v = this.visit(id);
      if (v) {
        out.push(v);
      }
    });
    return out.sort((a, b) => b.at - a.at || compare(b.id, a.id));
  }

  visit(id: RecordId): VisitLine | null {
    const e = this.book.get(id);
    if (!e || e.light.k !== "visit") {
      return null;
    }
    const l = e.light;
    const level = member(l, "risk", "level");
    const photos = list(l, "photos");
    return {
      id,
      area: e.area,
      household: this.book.householdOf(e),
      persons: list(l, "persons"),
      type: str(l, "type"),
      way: str(l, "way") || null,
      at: visitedAt(l),
      state: (str(l, "state") || "draft") as VisitState,
      risk: typeof level === "string" ? level : null,
      author: l.a,
      authorName: this.calm.userName(l.a),
      mine: l.a === this.me(),
      photos: photos.length,
      photo: photos[0] ?? null,
      need: l.n?.filter((d) => !this.arrived(d)).length ?? 0,
      pending: l.o === 1,
      conflicts: l.c ?? [],
      changed: l.g === 1,
      void: l.v === 1,
    };
  }

  request(e: Entry): RequestLine {
    const l = e.light;
    const person = str(l, "person") || null;
    const visit = str(l, "visit") || null;
    const visited = visit ? this.book.get(visit) : null;
    const household = this.book.householdOf(e) ?? (visited ? this.book.householdOf(visited) : null);
    const p = person ? this.person(person) : null;
    const state = str(l, "state");
    return {
      id: e.id,
      item: this.calm.itemName(str(l, "item")),
      person,
      household,
      who: p?.name ?? (household ? (this.line(household)?.head ?? "") : ""),
      urgency: str(l, "urgency"),
      text: str(l, "text"),
      visit,
      state,
      at: l.t,
      mine: l.a === this.me(),
      pending: l.o === 1,
      unsent: this.book.row(e.id) === null && l.o === 1,
      due: ["answered", "closed"].includes(state) ? null : this.calm.limit(e.area, str(l, "item"), l.t),
    };
  }

  requests(household: RecordId | null): RequestLine[] {
    const out: RequestLine[] = [];
    for (const e of this.book.of("request")) {
      if (e.light.v !== 1) {
        const r = this.request(e);
        if (household === null || r.household === household) {
          out.push(r);
        }
      }
    }
    const open = (r: RequestLine): number => (r.state === "closed" ? 1 : 0);
    return out.sort((a, b) => open(a) - open(b) || b.at - a.at || compare(a.id, b.id));
  }

  cards(household: RecordId): CardLine[] {
    const out: CardLine[] = [];
    this.book.tiesOf(household)?.cards.forEach((id) => {
      const e = this.book.get(id);
      if (e) {
        const l = e.light;
        const expires = str(l, "expires");
        out.push({
          id,
          type: str(l, "type"),
          number: str(l, "number"),
          person: str(l, "person") || null,
          household,
          category: str(l, "category"),
          issued: str(l, "issued"),
          expires,
          valid: l.v !== 1 && (expires === "" || expires >= this.calm.day()),
        });
      }
    });
    return out;
  }

  daysLeft(line: HouseholdLine): number | null {
    return line.due === null ? null : daysBetween(this.calm.day(), line.due);
  }

  staff(user: UserId): boolean {
    return isStaff(this.calm.userRole(user));
  }
}

export function visitedAt(l: Light): number {
  return num(l, "started") ?? num(l, "ended") ?? l.t;
}

function placeOf(e: Entry): Place | null {
  const p = e.light.x["place"];
  if (!isObject(p) || typeof p["lat"] !== "number" || typeof p["lon"] !== "number") {
    return null;
  }
  return { lat: p["lat"], lon: p["lon"], ...(typeof p["accuracy"] === "number" ? { accuracy: p["accuracy"] } : {}) };
}

function groupNumber(group: string): number {
  const n = /\d+/.exec(group);
  return n ? Number(n[0]) : 1e9;
}

/** By code units: a village's list is short, and comparing by the language takes twenty times as long. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
