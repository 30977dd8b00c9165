/** What changes rarely: names of areas and people, rules, forms, the calendar, and what day it is. */
import type { AreaId, UserId } from "../../../shared/wire";
import type { Book } from "./book";
import { Workdays } from "./calendar";
import { inForce, read } from "./content";
import { addDays, dayOf, daysBetween } from "./day";
import { cadences } from "./due";
import { str } from "./light";
import type { Day, InForce, RequestLine } from "./types";

type Limit = NonNullable<RequestLine["due"]>;

/** Worked out once, and again when public records or the day changed. */
export class Calm {
  private readonly forces = new Map<string, InForce[]>();
  private readonly rhythms = new Map<AreaId, ReturnType<typeof cadences>>();
  private readonly days = new Map<AreaId, Workdays>();
  private items: Map<string, string> | null = null;
  private names: Map<AreaId, string> | null = null;
  private today: Day;

  constructor(
    private readonly book: Book,
    private readonly clock: () => number,
  ) {
    this.today = dayOf(clock());
  }

  /** Forgets what was worked out. */
  forget(): void {
    this.forces.clear();
    this.rhythms.clear();
    this.days.clear();
    this.items = null;
    this.names = null;
  }

  /** Looks at the clock; true when another day began. */
  turn(): boolean {
    const day = dayOf(this.clock());
    const another = day !== this.today;
    this.today = day;
    if (another) {
      this.forget();
    }
    return another;
  }

  day(): Day {
    return this.today;
  }

  inForce(kind: string, area: AreaId): InForce[] {
    const key = kind + " " + area;
    let list = this.forces.get(key);
    if (!list) {
      this.forces.set(key, (list = inForce(this.book, kind, area, this.today)));
    }
    return list;
  }

  /** All forms there are, the newest of each name. */
  namedForms(area: AreaId): InForce[] {
    const key = "name of form " + area;
    let list = this.forces.get(key);
    if (!list) {
      this.forces.set(key, (list = inForce(this.book, "form", area, this.today, "name")));
    }
    return list;
  }

  rules(kind: string, area: AreaId): InForce[] {
    return this.inForce("rule", area).filter((r) => r.body["kind"] === kind);
  }

  /** A form by the name visits note, in force or not. */
  formNamed(name: string): InForce | null {
    for (const e of this.book.of("form")) {
      const f = read({ ...e, light: { ...e.light, v: undefined as never } });
      if (f && f.body["name"] + "@" + f.body["version"] === name) {
        return f;
      }
    }
    return null;
  }

  cadences(area: AreaId): ReturnType<typeof cadences> {
    let list = this.rhythms.get(area);
    if (!list) {
      this.rhythms.set(area, (list = cadences(this.rules("cadence", area))));
    }
    return list;
  }

  workdays(area: AreaId): Workdays {
    let d = this.days.get(area);
    if (!d) {
      this.days.set(area, (d = new Workdays(this.inForce("calendar", area))));
    }
    return d;
  }

  /** The last day for the whole of an item, from when it was received. */
  limit(area: AreaId, item: string, from: number): Limit | null {
    const whole = this.rules("limit", area).find(
      (r) => r.body["item"] === item && item !== "" && r.body["step"] === "全程",
    );
    const within = whole?.body["within"];
    if (typeof within !== "number") {
      return null;
    }
    const began = dayOf(from);
    if (whole?.body["unit"] !== "workdays") {
      const day = addDays(began, within);
      return { day, left: daysBetween(this.today, day), unit: "days", unadjusted: false };
    }
    const days = this.workdays(area);
    const day = days.after(began, within);
    return { day, left: days.between(this.today, day), unit: "workdays", unadjusted: days.unadjusted };
  }

  areaName(area: AreaId): string {
    if (!this.names) {
      this.names = new Map();
      for (const e of this.book.of("area")) {
        this.names.set(e.area, str(e.light, "name"));
      }
    }
    return this.names.get(area) || area;
  }

  userName(id: UserId): string {
    const e = this.book.get(id);
    return e?.light.k === "user" ? str(e.light, "name") : "";
  }

  userRole(id: UserId): string {
    const e = this.book.get(id);
    return e?.light.k === "user" ? str(e.light, "role") : "";
  }

  itemName(code: string): string {
    if (!this.items) {
      this.items = new Map();
      for (const e of this.book.of("item")) {
        this.items.set(str(e.light, "code"), str(e.light, "name"));
      }
    }
    return this.items.get(code) || code;
  }
}
