package mongostore

import (
	"maps"

	"zoufang"
)

// layer is what was written over a snapshot: by one update over those that ran
// before it in the same transaction, and by all of these.
type layer struct {
	under *layer

	commits map[zoufang.CommitID]*commitDoc
	rows    map[zoufang.RecordID]*rowDoc
	marks   map[mark]*rowDoc // nil: taken away
	writes  []*writeDoc
	heads   map[zoufang.AreaID]*headDoc
	helds   map[zoufang.CommitID]*heldDoc  // nil: dropped
	media   map[zoufang.Digest]*mediumDoc  // nil: dropped
	names   map[string]*nameDoc            // nil: dropped
	arrived map[zoufang.Digest]*arrivalDoc // nil: all have been told
	charges map[string]*chargeDoc          // nil: dropped
	told    []*auditDoc                    // for the account log
	areas   int64                          // how many records of areas were written

	relied // on what is under the layer
	bytes  int
}

type mark struct {
	area zoufang.AreaID
	gone zoufang.RecordID
}

// relied is what updates found and went by, and which must still hold when they
// are stored: see touch.go.
type relied struct {
	noCommit map[zoufang.CommitID]bool
	noRecord map[zoufang.RecordID]bool
	noMedium map[zoufang.Digest]bool
	medium   map[zoufang.Digest]bool   // as it was read
	held     map[zoufang.CommitID]bool // there or not
}

func newLayer(under *layer) *layer {
	return &layer{
		under:   under,
		commits: map[zoufang.CommitID]*commitDoc{}, rows: map[zoufang.RecordID]*rowDoc{}, marks: map[mark]*rowDoc{},
		heads: map[zoufang.AreaID]*headDoc{}, helds: map[zoufang.CommitID]*heldDoc{}, media: map[zoufang.Digest]*mediumDoc{},
		names: map[string]*nameDoc{}, arrived: map[zoufang.Digest]*arrivalDoc{}, charges: map[string]*chargeDoc{},
		relied: relied{
			noCommit: map[zoufang.CommitID]bool{}, noRecord: map[zoufang.RecordID]bool{},
			noMedium: map[zoufang.Digest]bool{}, medium: map[zoufang.Digest]bool{}, held: map[zoufang.CommitID]bool{},
		},
	}
}

// join takes over what the layer above wrote.
func (l *layer) join(top *layer) {
	maps.Copy(l.commits, top.commits)
	maps.Copy(l.rows, top.rows)
	maps.Copy(l.marks, top.marks)
	l.writes = append(l.writes, top.writes...)
	maps.Copy(l.heads, top.heads)
	maps.Copy(l.helds, top.helds)
	maps.Copy(l.media, top.media)
	maps.Copy(l.names, top.names)
	maps.Copy(l.arrived, top.arrived)
	maps.Copy(l.charges, top.charges)
	l.told = append(l.told, top.told...)
	l.areas += top.areas
	maps.Copy(l.noCommit, top.noCommit)
	maps.Copy(l.noRecord, top.noRecord)
	maps.Copy(l.noMedium, top.noMedium)
	maps.Copy(l.medium, top.medium)
	maps.Copy(l.held, top.held)
	l.bytes += top.bytes
}

// empty reports whether nothing is written.
func (l *layer) empty() bool {
	return len(l.commits)+len(l.rows)+len(l.marks)+len(l.helds)+len(l.media)+len(l.names)+len(l.arrived)+len(l.charges)+len(l.told) == 0
}

// written finds what was written under a key, in this layer or one below.
func written[K comparable, V any](l *layer, of func(*layer) map[K]V, key K) (v V, ok bool) {
	for ; l != nil; l = l.under {
		if v, ok = of(l)[key]; ok {
			return v, true
		}
	}
	return v, false
}

// everything gives what was written of one sort until now, the latest of each key.
func everything[K comparable, V any](l *layer, of func(*layer) map[K]V) map[K]V {
	if l == nil {
		return nil
	}
	all := map[K]V{}
	if l.under != nil {
		maps.Copy(all, of(l.under))
	}
	maps.Copy(all, of(l))
	return all
}

func commitsOf(l *layer) map[zoufang.CommitID]*commitDoc { return l.commits }
func rowsOf(l *layer) map[zoufang.RecordID]*rowDoc       { return l.rows }
func marksOf(l *layer) map[mark]*rowDoc                  { return l.marks }
func headsOf(l *layer) map[zoufang.AreaID]*headDoc       { return l.heads }
func heldsOf(l *layer) map[zoufang.CommitID]*heldDoc     { return l.helds }
func mediaOf(l *layer) map[zoufang.Digest]*mediumDoc     { return l.media }
func namesOf(l *layer) map[string]*nameDoc               { return l.names }
func arrivedOf(l *layer) map[zoufang.Digest]*arrivalDoc  { return l.arrived }
