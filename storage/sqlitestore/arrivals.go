package sqlitestore

import (
	"zoufang"
	"zoufang/storage"
)

const (
	namingNext = `SELECT place, id FROM names WHERE digest = ?1 AND role = 'r' AND (place, id) > (?2, ?3)
		ORDER BY place, id LIMIT ?4`
	putArrival = `INSERT INTO arrivals (digest, place, id) VALUES (?, ?, ?)
		ON CONFLICT (digest) DO UPDATE SET place = excluded.place, id = excluded.id`
	movePlaces = "UPDATE names SET place = ? WHERE role = 'r' AND id = ?"
)

// named is a record that names a medium, as far as Naming looks.
type named struct {
	place string
	id    zoufang.RecordID
}

func (t *tx) Naming(d zoufang.Digest, most int, f func(zoufang.RecordID) (bool, error)) (bool, error) {
	b, err := digest(d)
	if err != nil {
		return false, err
	}
	at, err := t.c.one("SELECT place, id FROM arrivals WHERE digest = ?", b)
	if err != nil {
		return false, t.wrap("naming", err)
	}
	var place, id string
	if at != nil {
		place, id = text(at[0]), text(at[1])
	}
	var next []named // one more than are looked at: whether there are more
	err = t.c.each(namingNext, func(row row) (bool, error) {
		next = append(next, named{text(row[0]), zoufang.RecordID(text(row[1]))})
		return true, nil
	}, b, place, id, int64(most)+1)
	if err != nil {
		return false, t.wrap("naming", err)
	}
	done := 0
	for goOn := true; goOn && done < min(len(next), most); done++ {
		if goOn, err = f(next[done].id); err != nil {
			return false, err
		}
	}
	if done < len(next) && done > 0 {
		last := next[done-1]
		_, err = t.exec("note an arrival", putArrival, b, last.place, string(last.id))
	} else if at != nil {
		_, err = t.exec("end an arrival", "DELETE FROM arrivals WHERE digest = ?", b)
	}
	return done < len(next), err
}

// settle fills, at the end of a load, what follows from all that came: in which
// places names of media are, and which media have come that records have still to be told of.
func (l *load) settle() error {
	_, err := l.t.exec("load the places of media", `UPDATE names SET place = coalesce((SELECT r.area || iif(r.public, '+', '')
		FROM rows AS r WHERE r.rid = names.id), '') WHERE role = 'r'`)
	if err != nil {
		return err
	}
	for _, d := range l.owed.Media() {
		b, err := digest(d)
		if err != nil {
			return err
		}
		_, err = l.t.exec("load an arrival", "INSERT INTO arrivals (digest, place, id) SELECT digest, '', '' FROM media WHERE digest = ?", b)
		if err != nil {
			return err
		}
	}
	return nil
}

// placeOf names the place of a record that is written.
func (p *placed) placeOf() string { return storage.PlaceOf(p.area, p.public) }
