/** Which address shows which screen. */
import type { Second as Late } from "./later";
import type { Params, Screen } from "./route";
import Household from "./roster/Household.vue";
import Mine from "./mine/Mine.vue";
import Requests from "./requests/Requests.vue";
import Roster from "./roster/Roster.vue";
import Second from "./Second.vue";
import Today from "./home/Today.vue";
import VisitForm from "./visit/VisitForm.vue";

/** Editors that open on a record, or on a held line. */
const amending = (p: Params, q: Params): Params => ({ ...p, amend: q["amend"] ?? "" });

/** A page of the chunk that comes later. */
const late = (path: string, page: Late, props: Screen["props"] = (p) => p): Screen => ({
  path,
  component: Second,
  props: (p, q) => ({ ...props(p, q), page }),
});

export const screens: readonly Screen[] = [
  { path: "/today", component: Today },
  { path: "/roster", component: Roster },
  { path: "/pick", component: Roster, props: () => ({ picking: true }) },
  late("/discover", "Discover", amending),
  { path: "/household/:id", component: Household },
  late("/household/:id/change", "Propose", amending),
  late("/household/:id/edit", "EditRecord", (p, q) => ({ ...amending(p, q), kind: "household" })),
  late("/person/:id/edit", "EditRecord", (p, q) => ({ ...amending(p, q), kind: "person" })),
  late("/remark/:id", "Remark", amending),
  {
    path: "/form/:draft",
    component: VisitForm,
    props: (p, q) => ({
      draft: p["draft"],
      household: q["household"] ?? "",
      edit: q["edit"] ?? "",
      amend: q["amend"] ?? "",
      anew: q["anew"] === "1",
    }),
  },
  late("/visit/:id", "VisitPage"),
  { path: "/requests", component: Requests },
  late("/request/:id", "RequestPage"),
  late("/report", "Report", (_, q) => ({
    household: q["household"] ?? "",
    visit: q["visit"] ?? "",
    amend: q["amend"] ?? "",
    harm: q["harm"] === "1",
  })),
  { path: "/mine", component: Mine },
  late("/mine/pin", "ChangePin"),
  late("/enrol", "EnrolAgain"),
  late("/outbox", "Outbox"),
];

export const home = screens[0] as Screen;
