package content

import (
	"errors"
	"fmt"
)

// Calendar is the body of a working-day calendar. A day is a working day if Work
// lists it, or it is a Monday to Friday within no rest.
type Calendar struct {
	Heading
	Year int      `json:"year"`
	Rest []Rest   `json:"rest"`
	Work []string `json:"work"` // days of rest that are worked (调休)
}

// Rest is a holiday with the days it is extended to, both included.
type Rest struct {
	Name string `json:"name"`
	From string `json:"from"`
	To   string `json:"to"`
}

const maxDays = 60 // rests, and days worked instead, of a year

func (c *Calendar) check() error {
	if c.Year < 2000 || c.Year > 2200 || len(c.Rest) > maxDays || len(c.Work) > maxDays {
		return errors.New("year, rest or work: out of bounds")
	}
	resting := map[string]bool{}
	for _, r := range c.Rest {
		from, err := day(&r.From)
		if err != nil {
			return err
		}
		to, err := day(&r.To)
		if err != nil {
			return err
		}
		if r.Name == "" || to.Before(from) || from.Year() != c.Year || to.Year() != c.Year {
			return fmt.Errorf("rest %s: a name and days of the year in their order are wanted", r.Name)
		}
		for t := from; !t.After(to); t = t.AddDate(0, 0, 1) {
			resting[t.Format("2006-01-02")] = true
		}
	}
	for _, w := range c.Work {
		t, err := day(&w)
		if err != nil {
			return err
		}
		if t.Year() != c.Year || resting[w] {
			return fmt.Errorf("work %s: it is of another year or a day of rest", w)
		}
	}
	return nil
}

// Department is the body of a department that requests are passed on to. Its
// name is the record's title; the phone stays "" until an office fills it in.
type Department struct {
	Heading
	Office string   `json:"office"`
	Phone  string   `json:"phone"`
	Takes  []string `json:"takes"` // subjects
	Items  []string `json:"items"` // codes of service items
	Reply  struct {
		Days int    `json:"days"`
		Unit string `json:"unit"`
	} `json:"reply"`
}

func (d *Department) check() error {
	return wanted(d.Office != "" && unit(d.Reply.Unit), "office and reply")
}
