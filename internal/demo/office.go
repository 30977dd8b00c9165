package demo

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	"zoufang"
	"zoufang/internal/content"
)

// office plans what the county publishes before anybody goes out: service items,
// and the program's rules, forms, departments and working-day calendar, with the
// departments' telephone numbers filled in. They have the ids under which the
// program would publish them. Later changes are commits like any other.
func (c *county) office() {
	d := newDice(c.seed, "office")
	first, second := c.county[0], c.county[1]
	docs, err := content.Shipped()
	if err != nil {
		c.fail(err)
		return
	}
	n := map[string]int{}
	publish := func(by *hand, do func() zoufang.Item, kind string) {
		at := c.day(days + 1).Add(9*time.Hour + time.Duration(n[kind])*2*time.Minute)
		n[kind]++
		c.later(by, at, func() { by.save(do()) })
	}
	for _, f := range serviceItems() {
		publish(first, func() zoufang.Item { return zoufang.New(d.record(first.clock), zoufang.KindItem, CountyCode, f) }, "item")
	}
	for _, doc := range docs {
		if doc.Kind == "form" {
			c.forms[doc.Heading.Name] = formOf(doc)
		}
		by := second
		if doc.Kind == "department" {
			by, doc = first, local(doc, n[doc.Kind]+1)
		}
		publish(by, func() zoufang.Item { return zoufang.New(doc.ID(CountyCode), doc.Kind, CountyCode, doc.Fields()) }, doc.Kind)
	}
}

// form is how a visit names its form, and the fields it asks for.
type form struct {
	ref  string
	asks map[string]bool
}

func formOf(d content.Document) form {
	var body content.Form
	if err := json.Unmarshal(d.Body, &body); err != nil {
		panic(err) // it was checked when it was read
	}
	f := form{d.Heading.Ref(), map[string]bool{}}
	for _, s := range body.Sections {
		for _, q := range s.Questions {
			f.asks[cmp.Or(q.Field, "answers."+q.ID)] = true
		}
	}
	return f
}

// local makes a department the county's own, with an invented number.
func local(d content.Document, n int) content.Document {
	var body content.Department
	if err := json.Unmarshal(d.Body, &body); err != nil {
		panic(err) // it was checked when it was read
	}
	body.Phone = fmt.Sprintf("0000-88001%02d", n)
	d.Body, _ = json.Marshal(body)
	d.Title = "县" + d.Title
	return d
}
