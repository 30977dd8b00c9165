/** Which address shows which screen. */
import type { Second as Late } from "./later";
import { address, type Params, type Screen } from "./route";
import Household from "./roster/Household.vue";
import Requests from "./requests/Requests.vue";
import Roster from "./roster/Roster.vue";
import Second from "./Second.vue";
import Today from "./home/Today.vue";
import type { Word } from "../words";

/** Editors that open on a record, or on a held line. */
const amending = (p: Params, q: Params): Params => ({ ...p, amend: q["amend"] ?? "" });

/** A page of the chunk that comes later. */
const late = (path: string, page: Late, props: Screen["props"] = (p) => p): Screen => ({
  path,
  component: Second,
  props: (p, q) => ({ ...props(p, q), page }),
});

/** An editor: the draft it writes goes by its address, a visit's by its id. */
const editor = (path: string, page: Late, what: Word, props: NonNullable<Screen["props"]> = amending): Screen =>
  late(path, page, (p, q) => ({ ...props(p, q), what, own: p["draft"] ?? address() }));

export const screens: readonly Screen[] = [
  { path: "/today", component: Today },
  { path: "/roster", component: Roster },
  { path: "/pick", component: Roster, props: () => ({ picking: true }) },
  editor("/discover", "Discover", "discover_title"),
  { path: "/household/:id", component: Household },
  editor("/household/:id/change", "Propose", "change_title", (p, q) => ({
    ...amending(p, q),
    kind: q["kind"] ?? "",
    person: q["person"] ?? "",
    category: q["category"] ?? "",
    visit: q["visit"] ?? "",
  })),
  editor("/household/:id/edit", "EditRecord", "edit_household", (p, q) => ({ ...amending(p, q), kind: "household" })),
  late("/person/:id", "Person"),
  editor("/person/:id/edit", "EditRecord", "edit_person", (p, q) => ({ ...amending(p, q), kind: "person" })),
  editor("/remark/:id", "Remark", "remark"),
  editor("/form/:draft", "VisitForm", "visits", (p, q) => ({
    draft: p["draft"],
    household: q["household"] ?? "",
    edit: q["edit"] ?? "",
    amend: q["amend"] ?? "",
    anew: q["anew"] === "1",
  })),
  late("/visit/:id", "VisitPage"),
  { path: "/requests", component: Requests },
  late("/request/:id", "RequestPage"),
  editor("/report", "Report", "report_title", (_, q) => ({
    household: q["household"] ?? "",
    visit: q["visit"] ?? "",
    amend: q["amend"] ?? "",
    harm: q["harm"] === "1",
  })),
  late("/mine", "Mine"),
  late("/mine/visits", "Visits"),
  late("/mine/pin", "ChangePin"),
  late("/enrol", "EnrolAgain"),
  late("/outbox", "Outbox"),
];

export const home = screens[0] as Screen;
