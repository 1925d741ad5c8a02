//go:build unix

// Package server starts the database servers of the distribution for tests: on loopback, in a temporary folder, for as
// long as the test lasts.
package server

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Process is a server under way.
type Process struct {
	// Address is where it listens.
	Address string

	t       testing.TB
	program string
	args    []string
	command *exec.Cmd
	output  *bytes.Buffer
}

// Redis starts a redis-server that flushes each command to its disk, with more arguments if any.
func Redis(t testing.TB, args ...string) *Process {
	t.Helper()
	folder, address := folder(t), address(t)
	_, port, _ := net.SplitHostPort(address)
	return start(t, address, "redis-server", append([]string{
		"--bind", "127.0.0.1", "--port", port, "--dir", folder, "--save", "", "--appendonly", "yes", "--appendfsync", "always",
	}, args...)...)
}

// PostgreSQL starts a server with a database postgres that user postgres reaches without a password.
func PostgreSQL(t testing.TB) *Process {
	t.Helper()
	folder, address := folder(t), address(t)
	_, port, _ := net.SplitHostPort(address)
	initdb := command(t, "initdb", "-D", filepath.Join(folder, "data"), "-U", "postgres", "-A", "trust", "--no-sync")
	output, err := initdb.CombinedOutput()
	require.NoError(t, err, "%s", output)
	return start(t, address, "postgres", "-D", filepath.Join(folder, "data"), "-k", folder, "-p", port,
		"-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300")
}

// start runs a server until it takes connections, and stops it after the test.
func start(t testing.TB, address, program string, args ...string) *Process {
	t.Helper()
	p := &Process{Address: address, t: t, program: program, args: args}
	p.Start()
	t.Cleanup(p.Kill)
	return p
}

// Start starts the server again, after Kill.
func (p *Process) Start() {
	p.t.Helper()
	p.output = new(bytes.Buffer)
	p.command = command(p.t, p.program, p.args...)
	p.command.Stdout, p.command.Stderr = p.output, p.output
	require.NoError(p.t, p.command.Start())
	require.Eventually(p.t, func() bool {
		conn, err := net.Dial("tcp", p.Address)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	}, 20*time.Second, 20*time.Millisecond, "%s does not answer", p.program)
}

// Kill ends the server as a crash does.
func (p *Process) Kill() {
	if p.command.ProcessState == nil {
		// A server of several processes is a group.
		_ = syscall.Kill(-p.command.Process.Pid, syscall.SIGKILL)
		_ = p.command.Wait()
	}
}

// Signal sends a signal to the server's first process.
func (p *Process) Signal(signal os.Signal) { _ = p.command.Process.Signal(signal) }

// command is to run as a user other than root, as PostgreSQL demands.
func command(t testing.TB, program string, args ...string) *exec.Cmd {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil { // Debian keeps those of PostgreSQL out of the way
		found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + program)
		require.NotEmpty(t, found, "make fleet-test wants redis-server and postgresql: install the distribution's")
		path = found[len(found)-1]
	}
	command := exec.Command(path, args...)
	command.Dir = "/"
	command.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if uid, gid, ok := other(); ok {
		command.SysProcAttr.Credential = &syscall.Credential{Uid: uid, Gid: gid}
	}
	return command
}

// other is whom servers run as where the tests run as root.
func other() (uid, gid uint32, ok bool) {
	if os.Getuid() != 0 {
		return 0, 0, false
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		return 0, 0, false
	}
	u, errU := strconv.ParseUint(nobody.Uid, 10, 32)
	g, errG := strconv.ParseUint(nobody.Gid, 10, 32)
	return uint32(u), uint32(g), errU == nil && errG == nil
}

// folder is one that the server's user may write to. Its name is short, as sockets demand.
func folder(t testing.TB) string {
	t.Helper()
	path, err := os.MkdirTemp("", "fleet") //nolint:usetesting // that of the test has a long name and belongs to its user
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(path)) })
	if uid, gid, ok := other(); ok {
		require.NoError(t, os.Chown(path, int(uid), int(gid)))
	}
	return path
}

// address is one of loopback that is free.
func address(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, listener.Close()) }()
	return fmt.Sprint(listener.Addr())
}
