package api

import (
	"cmp"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"zoufang"
	"zoufang/server/desk"
)

// Route is one line of the list of routes. The document, who is let in, the bounds of
// bodies and the test of every route in every role follow from it.
type Route struct {
	Method, Path   string // the path under /api/v1, with {params}
	Summary, About string
	Roles          []zoufang.Role // nil: everybody with an account
	Kind           string         // of the records it is about, for tokens of some kinds; "": of none
	AllKinds       bool           // it tells of all kinds
	Writes         bool           // a token for reading may not
	Marked         bool           // it has an ETag
	Streams        bool           // what it sends goes on after its handler
	Body           int            // bytes of a POST
	Lines          bool           // its body is lines, not JSON
	Form           bool           // its body is a form with a file
	Bare           bool           // it has none
	Status         int            // of what came about; 0: 200
	Deprecated     string         // since when, as the header of that name says it: @1767225600
	Sunset         string         // until when, an HTTP date

	Parameters []*huma.Param // beside those of the handler's type
	Answer     *huma.Schema  // of what is 200, where it follows from the table of kinds
	Other      map[string]*huma.Response

	add   func(*API, huma.Operation)
	lists map[string]bool // query parameters; true: may be given several times
}

const (
	maxSmall    = 16 << 10 // bytes
	maxDecision = 96 << 10
	maxMany     = 1 << 20
	maxLines    = 512 << 10
	maxReceipts = 4 << 20
	maxList     = 4 << 20
)

func (r *Route) media() string {
	switch {
	case r.Lines:
		return "application/x-ndjson"
	case r.Form:
		return "multipart/form-data"
	}
	return "application/json"
}

// listed are the kinds whose records are listed, by the word of their address.
var listed = []struct{ plural, kind string }{
	{"visits", zoufang.KindVisit}, {"households", zoufang.KindHousehold}, {"persons", zoufang.KindPerson}, {"requests", zoufang.KindRequest},
	{"cards", zoufang.KindCard}, {"items", zoufang.KindItem}, {"notices", zoufang.KindNotice},
}

// writers may push lines: whoever may write at all.
var writers = func() (out []zoufang.Role) {
	for _, k := range zoufang.Kinds {
		out = append(out, k.Create...)
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(r zoufang.Role) bool { return !r.Valid() })
}()

// officers see who works in their areas.
var officers = desk.Everyone

// table is the list of routes.
func (a *API) table() []Route {
	byArea := []*huma.Param{areaParameter()}
	out := []Route{
		{Method: "GET", Path: "/me", Summary: "Who asks", add: do(a.me)},
	}
	for _, l := range listed {
		out = append(out, a.kindRoutes(l.plural, zoufang.KindOf(l.kind))...)
	}
	return append(out,
		Route{Method: "POST", Path: "/visits/{id}/decision", Summary: "Approve or return a submitted visit", Roles: desk.Reviewers, Kind: zoufang.KindVisit, Writes: true, Body: maxDecision, add: do(a.decide),
			About: "Bound to what was seen: 409 changed where the visit is not so any more."},
		Route{Method: "POST", Path: "/visits/decisions", Summary: "Decide many visits", Roles: desk.Reviewers, Kind: zoufang.KindVisit, Writes: true, Body: maxMany, add: do(a.decideMany),
			About: "Each comes about or not by itself."},
		Route{Method: "POST", Path: "/records/{id}/settle", Summary: "End two values of a field", Roles: desk.Reviewers, AllKinds: true, Writes: true, Body: maxDecision, add: do(a.settle)},
		Route{Method: "GET", Path: "/held", Summary: "Held lines by when they came", Parameters: byArea, Roles: desk.Readers, AllKinds: true, add: do(a.heldLines)},
		Route{Method: "GET", Path: "/held/counts", Summary: "Count held lines", Parameters: byArea, Roles: desk.Readers, AllKinds: true, add: do(a.heldCounts)},
		Route{Method: "POST", Path: "/held/{id}/decision", Summary: "End a held line", Roles: desk.Reviewers, AllKinds: true, Writes: true, Body: maxDecision, add: do(a.decideHeld)},
		Route{Method: "GET", Path: "/users", Summary: "Accounts of the areas by when they were opened", Parameters: byArea, Roles: officers, AllKinds: true, add: do(a.users)},
		Route{Method: "GET", Path: "/users/counts", Summary: "Count these", Parameters: byArea, Roles: officers, AllKinds: true, add: do(a.userCounts)},
		Route{Method: "GET", Path: "/devices", Summary: "Phones of these by when they were enrolled", Parameters: byArea, Roles: officers, AllKinds: true, add: do(a.devices)},
		Route{Method: "GET", Path: "/devices/counts", Summary: "Count these", Parameters: byArea, Roles: officers, AllKinds: true, add: do(a.deviceCounts)},
		Route{Method: "GET", Path: "/audit", Summary: "The account log by time", Parameters: byArea, Roles: desk.Auditors, AllKinds: true, add: do(a.audit),
			About: "A page may be short, or empty, and go on. The log is looked through 20,000 entries at a time, and no more are counted."},
		Route{Method: "GET", Path: "/audit/counts", Summary: "Count entries of the account log", Parameters: byArea, Roles: desk.Auditors, AllKinds: true, add: do(a.auditCounts)},
		Route{Method: "GET", Path: "/changes", Summary: "Every record of the areas as it changes, whole", Roles: desk.Readers, add: do(a.changes),
			About: "Ask with `next` for what came since. Where `again` is true the store was put back: begin anew, what does not come again is gone."},
		Route{Method: "POST", Path: "/exports", Summary: "Ask for an export", Roles: desk.Readers, Body: maxSmall, Status: 202, add: do(a.export),
			About: "Formats: csv, xlsx, json (a row a line), zip (media, with an index). ID numbers are masked unless open_why says why not, which is logged, as every export is."},
		Route{Method: "GET", Path: "/exports", Summary: "One's own exports of the last seven days, the newest first", Roles: desk.Readers, add: do(a.exports)},
		Route{Method: "GET", Path: "/exports/{id}", Summary: "How an export stands", Roles: desk.Readers, add: do(a.exportState)},
		Route{Method: "GET", Path: "/exports/{id}/file", Summary: "What an export made, whole or in part", Roles: desk.Readers, Streams: true, Other: fileAnswers, add: do(a.exportFile)},
		Route{Method: "DELETE", Path: "/exports/{id}", Summary: "End an export, and forget what it made", Roles: desk.Readers, Status: 204, add: do(a.endExport)},
		Route{Method: "POST", Path: "/imports", Summary: "Hand in a list, to see what it would do", Roles: desk.Reviewers, Writes: true, Form: true, Body: maxList, Status: 201, add: do(a.bringList),
			About: "A form: file (CSV or XLSX), kind (roster), area, and columns, where somebody has told these apart: a JSON object from a heading of the file to the usual name of a column."},
		Route{Method: "GET", Path: "/imports/{id}", Summary: "How an import stands", Roles: desk.Reviewers, add: do(a.importState)},
		Route{Method: "GET", Path: "/imports/{id}/differences", Summary: "All that a list would do, page by page", Roles: desk.Reviewers, add: do(a.differences)},
		Route{Method: "POST", Path: "/imports/{id}/apply", Summary: "Bring a list in", Roles: desk.Reviewers, Writes: true, Bare: true, Body: maxSmall, add: do(a.applyList)},
		Route{Method: "POST", Path: "/imports/{id}/undo", Summary: "Take a list back, but for what people have worked with since", Roles: desk.Reviewers, Writes: true, Bare: true, Body: maxSmall, add: do(a.undoList)},
		Route{Method: "POST", Path: "/hooks", Summary: "Have changes posted to an address", Roles: desk.Reviewers, Writes: true, Body: maxSmall, Status: 201, add: do(a.addHook),
			About: "Pages as GET /changes gives them, each again until a status of 2xx takes it, in order, for three days: then the hook is dead, and waits to be resumed."},
		Route{Method: "GET", Path: "/hooks", Summary: "One's hooks, and how they go", Roles: desk.Reviewers, add: do(a.hooks)},
		Route{Method: "GET", Path: "/hooks/{id}", Summary: "How a hook goes", Roles: desk.Reviewers, add: do(a.hook)},
		Route{Method: "POST", Path: "/hooks/{id}/resume", Summary: "Try at once, and go on", Roles: desk.Reviewers, Writes: true, Bare: true, Body: maxSmall, add: do(a.resumeHook)},
		Route{Method: "DELETE", Path: "/hooks/{id}", Summary: "End a hook", Roles: desk.Reviewers, Writes: true, Status: 204, add: do(a.dropHook)},
		Route{Method: "POST", Path: "/lines", Summary: "Push lines as phones do", Roles: writers, Writes: true, Body: maxLines, Lines: true, Other: lineAnswers, add: do(a.lines),
			About: "One commit a line (protocol §2), at most 500; `user` is the token's, `dev` any name that is no phone's."},
		Route{Method: "POST", Path: "/receipts", Summary: "Give receipts back after a restore", Roles: writers, Writes: true, Body: maxReceipts, Other: lineAnswers, add: do(a.giveBack),
			About: "Each person their own. Lines that are known are answered `dup`; a receipt of another installation is refused."},
	)
}

// kindRoutes are the routes of every kind.
func (a *API) kindRoutes(plural string, k *zoufang.Kind) []Route {
	at, name := "/"+plural, cmp.Or(k.Label.En, k.Name)
	route := func(method, path, summary string, r Route) Route {
		r.Method, r.Path, r.Summary, r.Roles, r.Kind = method, path, summary, desk.Readers, k.Name
		return r
	}
	out := []Route{
		route("GET", at, "List: "+name, Route{Parameters: facetParameters(k), Answer: listSchema(k), add: do(a.list(k))}),
		route("GET", at+"/counts", "Count by facets: "+name, Route{Parameters: append(facetParameters(k), byParameter(k)), add: do(a.countBy(k)),
			About: "`count` is of all that match; each facet is counted without its own filter, so that a value tells what choosing it would give."}),
		route("GET", at+"/{id}", "Read: "+name, Route{Marked: true, Answer: wholeSchema(k), add: do(a.whole(k))}),
		route("GET", at+"/{id}/history", "What happened, latest first: "+name, Route{Marked: true, add: do(a.history(k))}),
	}
	if slices.ContainsFunc(k.Fields, func(f zoufang.Field) bool { return f.Sealed }) {
		out = append(out, route("POST", at+"/{id}/open", "Open a sealed value, which is logged: "+name, Route{Writes: true, Body: maxSmall, add: do(a.open(k))}))
	}
	if slices.ContainsFunc(k.Fields, hasMedia) {
		out = append(out, route("GET", at+"/{id}/media/{sha256}", "A photo, signature or recording: "+name, Route{Streams: true, Other: mediaAnswers, add: do(a.medium(k))}))
	}
	return out
}

func hasMedia(f zoufang.Field) bool {
	return f.Type == zoufang.Medium || slices.ContainsFunc(f.Members, func(m zoufang.Member) bool { return m.Type == zoufang.Medium })
}
