package space

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Memory is how many bytes of memory this process may have: the machine's, or less where
// its control group has a limit (cgroup v2, memory.max). 0 where neither is told.
func Memory() int64 {
	var of syscall.Sysinfo_t
	all := int64(0)
	if syscall.Sysinfo(&of) == nil {
		all = int64(of.Totalram) * int64(of.Unit)
	}
	group, _ := os.ReadFile("/proc/self/cgroup")
	_, path, _ := strings.Cut(strings.TrimSpace(string(group)), "::")
	limit, err := os.ReadFile(filepath.Join("/sys/fs/cgroup", filepath.Clean("/"+path), "memory.max"))
	if err != nil {
		return all
	}
	if n, err := strconv.ParseInt(strings.TrimSpace(string(limit)), 10, 64); err == nil && n > 0 && (all == 0 || n < all) {
		return n
	}
	return all
}
