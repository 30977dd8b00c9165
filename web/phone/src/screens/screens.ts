/** Which address shows which screen. */
import type { Screen } from "./route";
import ChangePin from "./mine/ChangePin.vue";
import Discover from "./roster/Discover.vue";
import EditHousehold from "./roster/EditHousehold.vue";
import EditPerson from "./roster/EditPerson.vue";
import Household from "./roster/Household.vue";
import Mine from "./mine/Mine.vue";
import Outbox from "./mine/Outbox.vue";
import Propose from "./roster/Propose.vue";
import Report from "./requests/Report.vue";
import Requests from "./requests/Requests.vue";
import Roster from "./roster/Roster.vue";
import Today from "./home/Today.vue";
import VisitForm from "./visit/VisitForm.vue";
import VisitPage from "./visit/VisitPage.vue";

export const screens: readonly Screen[] = [
  { path: "/today", component: Today },
  { path: "/roster", component: Roster },
  { path: "/pick", component: Roster, props: () => ({ picking: true }) },
  { path: "/discover", component: Discover },
  { path: "/household/:id", component: Household },
  { path: "/household/:id/change", component: Propose },
  { path: "/household/:id/edit", component: EditHousehold },
  { path: "/person/:id/edit", component: EditPerson },
  { path: "/form/:draft", component: VisitForm, props: (p, q) => ({ draft: p["draft"], household: q["household"] ?? "", edit: q["edit"] ?? "", amend: q["amend"] ?? "" }) },
  { path: "/visit/:id", component: VisitPage },
  { path: "/requests", component: Requests },
  { path: "/report", component: Report, props: (_, q) => ({ household: q["household"] ?? "", visit: q["visit"] ?? "", amend: q["amend"] ?? "", harm: q["harm"] === "1" }) },
  { path: "/mine", component: Mine },
  { path: "/mine/pin", component: ChangePin },
  { path: "/outbox", component: Outbox },
];

export const home = screens[0] as Screen;
