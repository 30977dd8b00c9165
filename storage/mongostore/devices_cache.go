package mongostore

import (
	"sync"
	"time"

	"zoufang"
)

// deviceLife is for how long a device and its user are taken as they were read:
// every request asks for them.
const deviceLife = 2 * time.Second

// maxDevices bounds what is remembered of devices; past it all is forgotten.
const maxDevices = 10_000

// deviceCache remembers devices with their users for a moment. What was not found
// is not remembered. Its time is the machine's monotonic clock, which nobody sets.
type deviceCache struct {
	mu      sync.Mutex
	changes uint64 // own writes so far
	known   map[zoufang.DeviceID]knownDevice
}

type knownDevice struct {
	device zoufang.Device
	user   zoufang.User
	until  time.Time
}

// find gives copies that are the caller's own.
func (c *deviceCache) find(id zoufang.DeviceID) (*zoufang.Device, *zoufang.User) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, ok := c.known[id]
	if !ok || !time.Now().Before(k.until) {
		return nil, nil
	}
	d := k.device
	return &d, copyOf(&k.user)
}

// ask is called before a device is read and gives what keep wants.
func (c *deviceCache) ask() asked {
	c.mu.Lock()
	defer c.mu.Unlock()
	return asked{c.changes, time.Now()}
}

type asked struct {
	changes uint64
	at      time.Time
}

// keep remembers what was read, unless this process wrote since it asked.
func (c *deviceCache) keep(a asked, d *zoufang.Device, u *zoufang.User) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if a.changes != c.changes {
		return
	}
	if c.known == nil || len(c.known) >= maxDevices {
		c.known = map[zoufang.DeviceID]knownDevice{}
	}
	c.known[d.ID] = knownDevice{*d, *copyOf(u), a.at.Add(deviceLife)}
}

// saw notes that a device was seen: the requests that come with this one need not
// ask for it again.
func (c *deviceCache) saw(id zoufang.DeviceID, at int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if k, ok := c.known[id]; ok {
		k.device.Seen = max(k.device.Seen, at)
		c.known[id] = k
	}
}

// forget drops everything; it is called after each own write of a user or device.
func (c *deviceCache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changes++
	clear(c.known)
}
