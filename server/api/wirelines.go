package api

import (
	"encoding/json"
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

// asLines answers by line, or with one object, as is asked for.
func (who *caller) asLines(answers []intake.Answer, whole *answer[madeAnswer]) *huma.StreamResponse {
	accept := who.c.Get("Accept")
	one := strings.Contains(accept, "application/json") && !strings.Contains(accept, "ndjson")
	var body []byte
	if one {
		body = zoufang.ValueOf(whole.Body)
	} else {
		for _, a := range answers {
			body = append(appendAnswer(body, a), '\n')
		}
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		typ := "application/x-ndjson"
		if one {
			typ = "application/json"
		}
		hc.SetHeader("Content-Type", typ)
		hc.BodyWriter().Write(body)
	}}
}

// appendAnswer writes an answer as phones get it.
func appendAnswer(b []byte, a intake.Answer) []byte {
	text := func(s string) {
		q, err := json.Marshal(s)
		if err != nil {
			panic(err) // a text
		}
		b = append(b, q...)
	}
	b = append(b, `{"c":`...)
	text(string(a.ID))
	b = append(b, `,"id":`...)
	text(string(a.ID))
	b = append(b, `,"r":`...)
	text(a.R)
	if a.Code != "" {
		b = append(b, `,"code":`...)
		text(string(a.Code))
		b = append(b, `,"why":`...)
		text(a.Why)
		if parts := zoufang.ValueOf(a.Parts); len(parts) > len("{}") {
			b = append(append(b, ','), parts[1:len(parts)-1]...)
		}
	}
	return append(b, '}')
}
