/** Pages and sentences the first screen does without: a chunk of its own, fetched once that is drawn. */
export { default as Alone } from "./Alone.vue";
export { default as VisitForm } from "./visit/VisitForm.vue";
export { default as Viewer } from "./visit/Viewer.vue";
export { default as Outbox } from "./mine/Outbox.vue";
export { default as ChangePin } from "./mine/ChangePin.vue";
export { default as Discover } from "./roster/Discover.vue";
export { default as EditRecord } from "./roster/EditRecord.vue";
export { default as EnrolAgain } from "./entry/EnrolAgain.vue";
export { default as Propose } from "./roster/Propose.vue";
export { default as Remark } from "./roster/Remark.vue";
export { default as Report } from "./requests/Report.vue";
export { default as RequestPage } from "./requests/RequestPage.vue";
export { default as Revoked } from "./entry/Revoked.vue";
export { default as VisitPage } from "./visit/VisitPage.vue";
export { whyWords } from "./why";
