package mongostore

import (
	"slices"
	"sync"

	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"zoufang"
)

// maxPeople bounds what is remembered of people; past it all is forgotten.
const maxPeople = 10_000

// peopleCache remembers users and devices as they are while the counts in meta are
// those it was filled at. A nil is known to be missing.
type peopleCache struct {
	mu      sync.Mutex
	epoch   string
	people  int64
	users   map[zoufang.UserID]*zoufang.User
	devices map[zoufang.DeviceID]*zoufang.Device
}

// fits makes the cache ready for a snapshot. It reports false for an older one,
// which can't use it.
func (c *peopleCache) fits(m meta) bool {
	if c.users != nil && c.epoch == m.Epoch && m.People < c.people {
		return false
	}
	if c.users == nil || c.epoch != m.Epoch || c.people != m.People || len(c.users)+len(c.devices) >= maxPeople {
		c.epoch, c.people = m.Epoch, m.People
		c.users, c.devices = map[zoufang.UserID]*zoufang.User{}, map[zoufang.DeviceID]*zoufang.Device{}
	}
	return true
}

// User gives a user, a copy of the caller's own.
func (v *view) User(id zoufang.UserID) (*zoufang.User, error) {
	m, err := v.ownMeta()
	if err != nil {
		return nil, err
	}
	c := &v.s.records.people
	c.mu.Lock()
	if c.fits(m) {
		if u, ok := c.users[id]; ok {
			c.mu.Unlock()
			return copyOf(u), nil
		}
	}
	c.mu.Unlock()
	var u *zoufang.User
	err = each(v, v.s.db.Collection(colUsers), byID(string(id)), options.Find().SetLimit(1), func(d *userDoc) (bool, error) {
		var err error
		u, err = d.user(v.s.sealer)
		return false, err
	})
	if err != nil {
		return nil, v.fail("user", err)
	}
	kept := copyOf(u)
	*v.later = append(*v.later, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.fits(m) {
			c.users[id] = kept
		}
	})
	return u, nil
}

func copyOf(u *zoufang.User) *zoufang.User {
	if u == nil {
		return nil
	}
	own := *u
	own.Areas, own.Grants = slices.Clone(u.Areas), slices.Clone(u.Grants)
	return &own
}

// Device gives a device, a copy of the caller's own. When it was seen may lag.
func (v *view) Device(id zoufang.DeviceID) (*zoufang.Device, error) {
	m, err := v.ownMeta()
	if err != nil {
		return nil, err
	}
	own := func(d *zoufang.Device) *zoufang.Device {
		if d == nil {
			return nil
		}
		c := *d
		return &c
	}
	c := &v.s.records.people
	c.mu.Lock()
	if c.fits(m) {
		if d, ok := c.devices[id]; ok {
			c.mu.Unlock()
			return own(d), nil
		}
	}
	c.mu.Unlock()
	var found *zoufang.Device
	err = each(v, v.s.db.Collection(colDevices), byID(string(id)), options.Find().SetLimit(1), func(d *deviceDoc) (bool, error) {
		device := d.device()
		found = &device
		return false, nil
	})
	if err != nil {
		return nil, v.fail("device", err)
	}
	kept := own(found)
	*v.later = append(*v.later, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.fits(m) {
			c.devices[id] = kept
		}
	})
	return found, nil
}
