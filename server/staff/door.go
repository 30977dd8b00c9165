package staff

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/fiberapp"
	"zoufang/internal/password"
	"zoufang/internal/queue"
	"zoufang/internal/ratelimit"
	"zoufang/storage"
)

// Bounds on guessing passwords, counted in this process. They go by name and network
// together: nobody is shut out for what somebody typed elsewhere, and no network for
// what somebody there typed of others. What bounds guesses over many names is the
// queue: few are checked at once, and a network has a short line.
const (
	freeFailures   = 5
	firstPause     = time.Minute
	longestPause   = 15 * time.Minute
	failuresLast   = 24 * time.Hour
	rememberedKeys = 50_000

	checkedAtOnce = 2
	waitEach      = 8
	waitAll       = 64
	busyRetry     = 5 * time.Second
)

func newPauses(now func() time.Time) *ratelimit.Pauses {
	return ratelimit.NewPauses(freeFailures, firstPause, longestPause, failuresLast, rememberedKeys, now)
}

func newQueue() *queue.Queue { return queue.New(checkedAtOnce, waitEach, waitAll) }

// tryKey is what failures are counted by. It keeps nothing of what was typed.
func tryKey(login, network string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(login) + "\n" + network))
	return string(sum[:16])
}

// failed notes a try that did not come about, u being the account that was named, or
// nobody.
func (s *Staff) failed(c *fiber.Ctx, what zoufang.AuditKind, u *zoufang.User) {
	t := attempt{from: strings.Clone(fiberapp.Address(c)), who: zoufang.Unknown, what: what}
	if u != nil && u.ID != "" {
		t.who, t.area = u.ID, zoufang.CommonArea(u.Areas)
	}
	s.attempts.note(t)
}

// told begins an entry of the account log about what is done in this request, by
// the account of the step unless who is given.
func (s *Staff) told(c *fiber.Ctx, what zoufang.AuditKind, who zoufang.UserID) storage.Audited {
	return storage.NewAudited(s.Now(), what, who, strings.Clone(fiberapp.Address(c)))
}

// wait answers a try that comes too early.
func (s *Staff) wait(c *fiber.Ctx, in signIn, wait time.Duration) error {
	c.Set(fiber.HeaderRetryAfter, fmt.Sprint(int(wait.Seconds())+1))
	in.Why = fmt.Sprintf("试错的次数太多，这个登录名在这里暂停登录。请 %d 分钟后再试。", int((wait+time.Minute-1)/time.Minute))
	return s.askIn(c, fiber.StatusTooManyRequests, in)
}

// busyWords say that there is no room to wait.
const busyWords = "现在登录的人多，没有排上。请过几秒再点一次“登录”。"

func (s *Staff) busy(c *fiber.Ctx, in signIn) error {
	c.Set(fiber.HeaderRetryAfter, fmt.Sprint(int(busyRetry.Seconds())))
	in.Why = busyWords
	return s.askIn(c, fiber.StatusServiceUnavailable, in)
}

// enter waits for a place where passwords are checked; see isFull.
func (s *Staff) enter(c *fiber.Ctx) (leave func(), err error) {
	return s.queue.Enter(fiberapp.Network(c))
}

func isFull(err error) bool { return errors.Is(err, queue.ErrFull) }

// owner tells what a password of the person's must have nothing of.
func (s *Staff) owner(c *fiber.Ctx, u *zoufang.User) (password.Owner, error) {
	o := password.Owner{Login: u.Login, Name: u.Name}
	err := s.Records.View(c.UserContext(), func(v storage.View) error {
		areas, err := v.Areas()
		o.Areas = nil
		for _, id := range u.Areas {
			o.Areas = append(o.Areas, string(id), areas[id].Name)
		}
		return err
	})
	return o, err
}
