package fault

import (
	"errors"
	"io/fs"
	"syscall"
)

// ToRead says how to mend an error that the file system gave to a reader.
func ToRead(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "check the name: there is nothing there"
	case errors.Is(err, syscall.ENOTDIR):
		return "check the name: what stands for a folder in it is a file"
	case errors.Is(err, syscall.EISDIR):
		return "name a file: this is a folder"
	case errors.Is(err, fs.ErrPermission):
		return "see that you may read it"
	}
	return "check the disk, or put it back from a copy"
}

// ToWrite says how to mend an error that the file system gave to a writer.
func ToWrite(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "the disk is full: free some space and run the command again"
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return "choose a folder that you may write to"
	case errors.Is(err, fs.ErrNotExist):
		return "the folder does not exist: make it first or choose another"
	case errors.Is(err, syscall.ENOTDIR):
		return "choose another folder: what stands for one in the name is a file"
	case errors.Is(err, syscall.EISDIR):
		return "choose another name: there is a folder of that one"
	}
	return "check the disk, or choose another folder"
}
