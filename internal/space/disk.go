package space

import (
	"fmt"
	"syscall"
)

// Disk reads the room of the file system that holds a directory, as far as this
// process may use it.
func Disk(dir string) (Room, error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return Room{}, fmt.Errorf("read the room left: %w", err)
	}
	return Room{Free: int64(fs.Bavail) * int64(fs.Bsize), Total: int64(fs.Blocks) * int64(fs.Bsize)}, nil
}
