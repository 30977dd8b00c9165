/** Which address shows which screen. */
import type { Params, Screen } from "./route";
import ChangePin from "./mine/ChangePin.vue";
import Discover from "./roster/Discover.vue";
import EditRecord from "./roster/EditRecord.vue";
import EnrolAgain from "./entry/EnrolAgain.vue";
import Household from "./roster/Household.vue";
import Mine from "./mine/Mine.vue";
import Outbox from "./mine/Outbox.vue";
import Propose from "./roster/Propose.vue";
import Remark from "./roster/Remark.vue";
import Report from "./requests/Report.vue";
import Requests from "./requests/Requests.vue";
import Roster from "./roster/Roster.vue";
import Today from "./home/Today.vue";
import VisitForm from "./visit/VisitForm.vue";
import VisitPage from "./visit/VisitPage.vue";

/** Editors that open on a record, or on a held line. */
const amending = (p: Params, q: Params): Params => ({ ...p, amend: q["amend"] ?? "" });

export const screens: readonly Screen[] = [
  { path: "/today", component: Today },
  { path: "/roster", component: Roster },
  { path: "/pick", component: Roster, props: () => ({ picking: true }) },
  { path: "/discover", component: Discover, props: amending },
  { path: "/household/:id", component: Household },
  { path: "/household/:id/change", component: Propose, props: amending },
  { path: "/household/:id/edit", component: EditRecord, props: (p, q) => ({ ...amending(p, q), kind: "household" }) },
  { path: "/person/:id/edit", component: EditRecord, props: (p, q) => ({ ...amending(p, q), kind: "person" }) },
  { path: "/remark/:id", component: Remark, props: amending },
  { path: "/form/:draft", component: VisitForm, props: (p, q) => ({ draft: p["draft"], household: q["household"] ?? "", edit: q["edit"] ?? "", amend: q["amend"] ?? "" }) },
  { path: "/visit/:id", component: VisitPage },
  { path: "/requests", component: Requests },
  { path: "/report", component: Report, props: (_, q) => ({ household: q["household"] ?? "", visit: q["visit"] ?? "", amend: q["amend"] ?? "", harm: q["harm"] === "1" }) },
  { path: "/mine", component: Mine },
  { path: "/mine/pin", component: ChangePin },
  { path: "/enrol", component: EnrolAgain },
  { path: "/outbox", component: Outbox },
];

export const home = screens[0] as Screen;
