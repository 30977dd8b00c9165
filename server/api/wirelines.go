package api

import (
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"zoufang"
	"zoufang/sync/intake"
)

// lineAnswers are the replies of routes that take lines: as phones are answered (protocol
// §4, its line 2), or, for who asks for JSON, as decisions are.
var lineAnswers = map[string]*huma.Response{"200": {
	Description: "One line for each line that came, in order: {\"c\",\"id\",\"r\",\"code\"?,\"why\"?,\"rule\"?,\"item\"?,\"field\"?,\"args\"?}, c and id both its id; or, where Accept names application/json, {\"lines\",\"receipt\"?} as a decision has it.",
	Content: map[string]*huma.MediaType{
		"application/x-ndjson": {Schema: &huma.Schema{Type: huma.TypeString}},
		"application/json":     {Schema: &huma.Schema{Type: huma.TypeObject}},
	},
}}

// wantsObject reports whether Accept names JSON and not lines.
func (who *caller) wantsObject() bool {
	accept := who.c.Get("Accept")
	return strings.Contains(accept, "application/json") && !strings.Contains(accept, "ndjson")
}

// asLines answers line by line.
func asLines(answers []intake.Answer) *huma.StreamResponse {
	var body []byte
	for _, a := range answers {
		body = append(appendAnswer(body, a), '\n')
	}
	return sent("application/x-ndjson", body)
}

// asObject answers as a decision is answered.
func asObject(out madeAnswer) *huma.StreamResponse {
	return sent("application/json", zoufang.ValueOf(out))
}

func sent(typ string, body []byte) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		hc.SetHeader("Content-Type", typ)
		hc.BodyWriter().Write(body)
	}}
}

// appendAnswer writes an answer as phones get it, and its id under that name too.
func appendAnswer(b []byte, a intake.Answer) []byte {
	begin := len(b)
	b = a.Append(b)
	id := append([]byte(`"id":`), append(zoufang.Quote(string(a.ID)), ',')...)
	return slices.Insert(b, begin+len(`{"c":`)+len(zoufang.Quote(string(a.ID)))+len(","), id...)
}
