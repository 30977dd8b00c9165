package backup

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

var errByTurns = errors.New("two stores that came of one backup wrote there by turns, and neither newest set has everything: name the set to take")

// choose gives the set to restore: the newest, or the one named, with or without
// its ending. A person is told which it is, and what stands behind it.
func (p *Place) choose(ctx context.Context, t Target, name string) (Set, error) {
	whole, others, err := sets(ctx, t)
	if err != nil {
		return Set{}, err
	}
	if name != "" {
		return named(whole, others, name)
	}
	if len(whole) == 0 {
		return Set{}, errNoBackups
	}
	if byTurns(whole) {
		return Set{}, errByTurns
	}
	s := whole[len(whole)-1]
	p.say("taking %s, made %s in epoch %s", s.Name, time.UnixMilli(s.Made).UTC().Format(time.RFC3339), s.Epoch)
	if ahead := time.UnixMilli(s.Created).Sub(p.Now()); ahead > staleAfter {
		p.say("its name is of the future: a clock ran ahead once; it is the last one that was made all the same")
	}
	for _, o := range others {
		if strings.HasSuffix(o, setSuffix) && o > s.Name {
			p.say("%s is newer and was never read back whole, or its note is damaged: it is passed over", o)
		}
	}
	return s, nil
}

func named(whole []Set, others []string, name string) (Set, error) {
	want := strings.TrimSuffix(name, setSuffix) + setSuffix
	for _, s := range whole {
		if s.Name == want {
			return s, nil
		}
	}
	for _, o := range others {
		if o == want {
			return Set{}, fmt.Errorf("%s was never read back whole: choose another", want)
		}
	}
	return Set{}, fmt.Errorf("there is no backup %s", want)
}

// byTurns tells whether an epoch goes on after another began: a restore ends one
// for good, so that both have a store that lives.
func byTurns(whole []Set) bool {
	ended := map[string]bool{}
	for i, s := range whole {
		if i > 0 && whole[i-1].Epoch != s.Epoch {
			ended[whole[i-1].Epoch] = true
		}
		if ended[s.Epoch] {
			return true
		}
	}
	return false
}
