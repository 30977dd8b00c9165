package content

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"strings"
	"testing"
	"unicode"
)

// What a resident signs leaves private questions out. So a form may not ask in the
// open what it would tell of a suspicion, of the risk level or of a private answer.
func TestPrivate(t *testing.T) {
	form := func(questions ...string) []byte {
		return []byte(`{"name":"x","version":1,"type":"routine","sections":[{"title":"节","questions":[` + strings.Join(questions, ",") + `]}]}`)
	}
	const (
		harm   = `{"id":"harm","title":"问","private":true,"kind":"yesno","alarm":"child"}`
		since  = `{"id":"since","title":"问","private":true,"kind":"text","shown":{"question":"harm","is":true}}`
		levels = `"choices":[{"value":"一般","title":"一般"},{"value":"高","title":"高"}]`
	)
	for name, good := range map[string][]byte{
		"an alarm":           form(harm, since),
		"the level":          form(`{"id":"risk","title":"问","private":true,"kind":"choice","field":"risk",` + levels + `}`),
		"an answer in words": form(`{"id":"a","title":"问","private":true,"kind":"choice",` + levels + `}`),
	} {
		if err := Check("form", good); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	open := func(q string) string { return strings.Replace(q, `"private":true,`, "", 1) }
	for name, bad := range map[string][]byte{
		"an open alarm":     form(open(harm)),
		"an alarming word":  form(`{"id":"a","title":"问","kind":"choice","choices":[{"value":"是","title":"是","alarm":"child"},{"value":"否","title":"否"}]}`),
		"an open level":     form(`{"id":"risk","title":"问","kind":"choice","field":"risk",` + levels + `}`),
		"an open reason":    form(`{"id":"why","title":"问","kind":"text","field":"risk.reason"}`),
		"asked because":     form(harm, open(since)),
		"asked because not": form(harm, `{"id":"b","title":"问","kind":"text","shown":{"all":[{"none":[{"question":"harm","answered":true}]}]}}`),
		"a signature":       form(`{"id":"a","title":"问","private":true,"kind":"signature","field":"signature.household"}`),
		"a word for true":   form(strings.Replace(harm, "true", `"yes"`, 1)),
	} {
		if Check("form", bad) == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestEnglish(t *testing.T) {
	long := strings.Repeat("n", 2*MaxLabel)
	for body, good := range map[string]bool{
		`"title":"问","en":"Question","hint":"细","en_hint":"In detail","kind":"number","unit":"元","en_unit":"yuan"`:         true,
		`"title":"问","en":"` + long + `","kind":"yesno"`:                                                                   true,
		`"title":"问","en":"` + long + `n","kind":"yesno"`:                                                                  false,
		`"title":"问","en":"two\nlines","kind":"yesno"`:                                                                     false,
		`"title":"问","en":7,"kind":"yesno"`:                                                                                false,
		`"title":"问","en_hint":"of nothing","kind":"yesno"`:                                                                false,
		`"title":"问","en_unit":"of nothing","kind":"number"`:                                                               false,
		`"title":"问","kind":"choice","choices":[{"value":"是","title":"是","en":"Yes"},{"value":"否","title":"否"}]`:           true,
		`"title":"问","kind":"choice","choices":[{"value":"是","title":"是","en":"` + long + `n"},{"value":"否","title":"否"}]`: false,
	} {
		err := Check("form", []byte(`{"name":"x","version":1,"type":"routine","sections":[{"title":"节","en":"Part","questions":[{"id":"a",`+body+`}]}]}`))
		if (err == nil) != good {
			t.Errorf("%s: %v", body, err)
		}
	}
	for body, good := range map[string]bool{
		`"kind":"categories","list":[{"code":"低保","en":"Allowance","title":"低保","group":"救助"}]`:      true,
		`"kind":"categories","list":[{"code":"","en":"Allowance","title":"低保","group":"救助"}]`:        false,
		`"kind":"report","when":"child","calls":[{"title":"公安","en":"Police","phone":"110"}]`:        true,
		`"kind":"report","when":"child","calls":[{"title":"公安","en":"` + long + `n","phone":"110"}]`: false,
	} {
		if err := Check("rule", []byte(`{"name":"x","version":1,`+body+`}`)); (err == nil) != good {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// A phone reads all of it before it is of use, over whatever net there is.
func TestShippedIsSmallAndInEnglish(t *testing.T) {
	docs, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	for _, d := range docs {
		b, err := json.Marshal(d.Fields())
		if err != nil {
			t.Fatal(err)
		}
		z.Write(append(b, '\n'))
		var f Form
		if d.Kind != "form" {
			continue
		}
		if err := json.Unmarshal(d.Body, &f); err != nil {
			t.Fatal(err)
		}
		for _, s := range f.Sections {
			inEnglish(t, s.Title, s.En)
			for _, q := range s.Questions {
				inEnglish(t, q.Title, q.En)
				inEnglish(t, q.Hint, q.EnHint)
				inEnglish(t, q.Unit, q.EnUnit)
				for _, o := range q.Choices {
					inEnglish(t, o.Title, o.En)
				}
			}
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if packed.Len() > 16<<10 {
		t.Errorf("the shipped content takes %d bytes, packed", packed.Len())
	}
	t.Logf("%d bytes packed", packed.Len())
}

func inEnglish(t *testing.T, of, en string) {
	t.Helper()
	if (en == "") != (of == "") || strings.ContainsFunc(en, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		t.Errorf("%q in English: %q", of, en)
	}
}
