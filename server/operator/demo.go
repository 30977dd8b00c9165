package operator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"zoufang"
	"zoufang/internal/demo"
	"zoufang/internal/password"
	"zoufang/storage"
	"zoufang/sync/intake"
)

// DemoSeed is the seed of the demo county that the program loads.
const DemoSeed = 1

// demoNote is what the store remembers of a demo county, so that a load that was
// cut short goes on with the same lines.
type demoNote struct {
	Seed     uint64 `json:"seed"`
	Now      int64  `json:"now"` // Unix ms
	Password string `json:"password"`
}

const (
	demoPurpose = "demo"
	demoBegun   = "begun"
	demoDone    = "done"
)

// Demo loads the demo county. Its lines go through intake like any phone's.
type Demo struct {
	*Operator
	Blobs storage.Blobs
	// Turn moves the clock of a new store to when a push comes, so that the county
	// has a past; nil leaves the clock alone.
	Turn func(time.Time)
	Say  func(string)
}

// Load loads the county into a store that has no areas, or goes on where an
// earlier load stopped. It reports whether there was anything to do.
func (d *Demo) Load(ctx context.Context) (bool, error) {
	note, done, err := d.note(ctx)
	if err != nil || done {
		return false, err
	}
	if note == nil {
		empty, err := d.noAreas(ctx)
		if err != nil || !empty {
			return false, err
		}
		note = &demoNote{Seed: DemoSeed, Now: d.Now().UnixMilli(), Password: password.First()}
		secret, err := json.Marshal(note)
		if err != nil {
			return false, err
		}
		if err := d.Accounts.AddKey(ctx, storage.Key{ID: demoBegun, Purpose: demoPurpose, Secret: secret, Created: note.Now}); err != nil {
			return false, err
		}
	}
	plan, err := demo.County(note.Seed, time.UnixMilli(note.Now))
	if err != nil {
		return false, fmt.Errorf("invent the demo county: %w", err)
	}
	if err := d.load(ctx, plan, note); err != nil {
		return false, fmt.Errorf("load the demo county: %w", err)
	}
	return true, d.Accounts.AddKey(ctx, storage.Key{ID: demoDone, Purpose: demoPurpose, Secret: []byte("done"), Created: d.Now().UnixMilli()})
}

func (d *Demo) note(ctx context.Context) (note *demoNote, done bool, err error) {
	keys, err := d.Accounts.Keys(ctx, demoPurpose)
	if err != nil {
		return nil, false, err
	}
	for _, k := range keys {
		switch k.ID {
		case demoBegun:
			note = &demoNote{}
			if err := json.Unmarshal(k.Secret, note); err != nil {
				return nil, false, fmt.Errorf("what is remembered of the demo county cannot be read")
			}
		case demoDone:
			done = true
		}
	}
	return note, done, nil
}

func (d *Demo) noAreas(ctx context.Context) (empty bool, err error) {
	areas, err := d.Areas(ctx)
	return len(areas) == 0, err
}

func (d *Demo) load(ctx context.Context, plan *demo.Plan, note *demoNote) error {
	if d.Turn != nil && len(plan.Users) > 0 {
		d.Turn(time.UnixMilli(plan.Users[0].Created))
	}
	if err := d.people(ctx, plan, note); err != nil {
		return err
	}
	users := map[zoufang.UserID]*zoufang.User{}
	for i := range plan.Users {
		users[plan.Users[i].ID] = &plan.Users[i]
	}
	devices := map[zoufang.DeviceID]*zoufang.Device{}
	for i := range plan.Devices {
		devices[plan.Devices[i].ID] = &plan.Devices[i]
	}
	in := intake.Intake{Records: d.Records}
	for i, p := range plan.Pushes {
		if i%100 == 0 {
			d.Say(fmt.Sprintf("demo county: %d of %d pushes", i, len(plan.Pushes)))
		}
		lines := make([]intake.Line, len(p.Lines))
		for n, b := range p.Lines {
			lines[n] = intake.Read(b)
			if at := lines[n].Commit.At; d.Turn != nil && at <= note.Now {
				d.Turn(time.UnixMilli(at).Add(3 * time.Second))
			}
		}
		if users[p.User] == nil || devices[p.Device] == nil {
			return errors.New("a push of nobody's")
		}
		if _, err := in.Push(ctx, intake.Sender{User: users[p.User], Device: devices[p.Device]}, intake.Expect{}, lines); err != nil {
			return err
		}
		if err := d.media(ctx, p.Device, p.Media); err != nil {
			return err
		}
	}
	d.Say(fmt.Sprintf("demo county: %d of %d pushes", len(plan.Pushes), len(plan.Pushes)))
	return nil
}

// people writes areas, users with their public records, and phones.
func (d *Demo) people(ctx context.Context, plan *demo.Plan, note *demoNote) error {
	var areas [][]zoufang.Item
	err := d.Records.View(ctx, func(v storage.View) error {
		have, err := v.Areas()
		for _, a := range plan.Areas {
			if _, known := have[a.ID]; !known {
				areas = append(areas, []zoufang.Item{zoufang.New(a.Record, zoufang.KindArea, a.ID, map[string]any{"code": a.Code, "name": a.Name})})
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := d.push(ctx, areas...); err != nil {
		return err
	}
	secret := password.Hash(note.Password)
	for i := range plan.Users {
		if plan.Users[i].Login != "" {
			plan.Users[i].Password = secret
		}
		if err := d.Accounts.PutUser(ctx, plan.Users[i]); err != nil {
			return err
		}
	}
	if err := d.publish(ctx, plan.Users); err != nil {
		return err
	}
	for _, dev := range plan.Devices {
		if err := d.phone(ctx, dev); err != nil {
			return err
		}
	}
	return nil
}

// phone enrols a phone with a code of its own, as a person would.
func (d *Demo) phone(ctx context.Context, dev zoufang.Device) error {
	_, _, err := d.Accounts.Device(ctx, dev.ID)
	if !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	hash := hashCode(zoufang.Token(12))
	if err := d.Accounts.AddCode(ctx, storage.Code{Hash: hash, User: dev.User, Expires: dev.Enrolled + 1}); err != nil {
		return err
	}
	_, err = d.Accounts.UseCode(ctx, hash, dev.Enrolled, dev)
	return err
}

// media stores a push's photos and signatures and tells the records that need them.
func (d *Demo) media(ctx context.Context, from zoufang.DeviceID, media []demo.Medium) error {
	for _, m := range media {
		if err := d.Blobs.Put(ctx, m.Digest, m.Size, m.Reader()); err != nil {
			return err
		}
	}
	if len(media) == 0 {
		return nil
	}
	return d.Records.Update(ctx, "", func(tx storage.Tx) error {
		for _, m := range media {
			if _, err := intake.Arrive(tx, storage.Medium{Digest: m.Digest, Type: m.Type, Size: m.Size}, from); err != nil {
				return err
			}
		}
		return nil
	})
}
