// Package hooks owns what is sent to other systems by itself (推送): each hook follows
// the changes of its person's areas, as GET /changes has them, and posts them to an
// address, signed. It never posts a sealed value.
//
// A hook is a job that is never due by itself (storage.Jobs), of no person's name: so
// copies share hooks, one at a time works at one, and a place that was reached is kept
// in the step that notes it. Hooks are no part of backups: after a restore the places
// mean nothing, and the other system has to begin anew anyway.
//
// Every page is sent until it was taken (a status of 2xx), in order, once or more often:
// a reply that was lost is followed by the same delivery. After three days without one
// taken the hook stops and says so; what it did not send is not lost, and goes out when
// somebody has it go on.
package hooks
