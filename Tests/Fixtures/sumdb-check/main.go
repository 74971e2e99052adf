// Sumdb-check holds a published log and proofs against the Go checksum database's own packages, which share no line
// with this project: golang.org/x/mod/sumdb/note for signed notes, golang.org/x/mod/sumdb/tlog for tiles and proofs.
//
//	sumdb-check DIR VKEY < proofs
//
// DIR is a published tree. Its checkpoint is opened with VKEY, every entry is hashed and held against the tiles, which
// are held against the checkpoint's root, and Go makes and checks its own proofs from the tiles.
//
// Standard input has one proof a line, hashes in base64: for each, "ok" or "no" is printed.
//
//	record SIZE ROOT INDEX LEAF HASH...
//	tree SIZE ROOT OLDSIZE OLDROOT HASH...
package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// Tiles of a folder, under the names of C2SP tlog-tiles, which leave out the height that sumdb's have.
type folder string

func (dir folder) Height() int { return height }

func (dir folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	contents := make([][]byte, len(tiles))
	for i, tile := range tiles {
		name := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", height))
		bytes, err := os.ReadFile(filepath.Join(string(dir), "tile", name))
		if err != nil {
			return nil, err
		}
		contents[i] = bytes
	}
	return contents, nil
}

func (dir folder) SaveTiles(tiles []tlog.Tile, data [][]byte) {}

// The log's entries, in order.
func (dir folder) entries(size int64) (entries [][]byte) {
	for int64(len(entries)) < size {
		width := size - int64(len(entries))
		if width > 1<<height {
			width = 1 << height
		}
		tile := tlog.Tile{H: height, L: 0, N: int64(len(entries)) >> height, W: int(width)}
		name := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/0/", height))
		bytes, err := os.ReadFile(filepath.Join(string(dir), "tile", "entries", name))
		check(err)
		before := len(entries)
		for len(bytes) > 0 {
			count := int(binary.BigEndian.Uint16(bytes))
			entries = append(entries, bytes[2:2+count])
			bytes = bytes[2+count:]
		}
		if len(entries)-before != int(width) {
			log.Fatalf("%s has %d entries", name, len(entries)-before)
		}
	}
	return entries
}

// The size and root that a checkpoint's text (C2SP tlog-checkpoint) says.
func parse(text string) tlog.Tree {
	lines := strings.Split(text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := tlog.ParseHash(lines[2])
	check(err)
	return tlog.Tree{N: size, Hash: root}
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("sumdb-check: ")
	if len(os.Args) != 3 {
		log.Fatal("usage: sumdb-check DIR VKEY < proofs")
	}
	dir := folder(os.Args[1])
	verifier, err := note.NewVerifier(os.Args[2])
	check(err)
	signed, err := os.ReadFile(filepath.Join(string(dir), "checkpoint"))
	check(err)
	opened, err := note.Open(signed, note.VerifierList(verifier))
	check(err)
	tree := parse(opened.Text)

	hashes := tlog.TileHashReader(tree, dir)
	root, err := tlog.TreeHash(tree.N, hashes)
	check(err)
	if root != tree.Hash {
		log.Fatalf("the tiles have the root %v, the checkpoint says %v", root, tree.Hash)
	}
	for index, entry := range dir.entries(tree.N) {
		leaf := tlog.RecordHash(entry)
		proof, err := tlog.ProveRecord(tree.N, int64(index), hashes)
		check(err)
		check(tlog.CheckRecord(proof, tree.N, tree.Hash, int64(index), leaf))
		old, err := tlog.TreeHash(int64(index)+1, hashes)
		check(err)
		growth, err := tlog.ProveTree(tree.N, int64(index)+1, hashes)
		check(err)
		check(tlog.CheckTree(growth, tree.N, tree.Hash, int64(index)+1, old))
	}
	fmt.Printf("%s %d %v\n", verifier.Name(), tree.N, tree.Hash)

	proofs := bufio.NewScanner(os.Stdin)
	for proofs.Scan() {
		fmt.Println(verdict(strings.Fields(proofs.Text())))
	}
	check(proofs.Err())
}

func verdict(words []string) string {
	size, err := strconv.ParseInt(words[1], 10, 64)
	check(err)
	number, err := strconv.ParseInt(words[3], 10, 64)
	check(err)
	root, hash := parseHash(words[2]), parseHash(words[4])
	proof := []tlog.Hash{}
	for _, word := range words[5:] {
		proof = append(proof, parseHash(word))
	}
	if words[0] == "record" {
		err = tlog.CheckRecord(proof, size, root, number, hash)
	} else {
		err = tlog.CheckTree(proof, size, root, number, hash)
	}
	if err != nil {
		return "no"
	}
	return "ok"
}

func parseHash(word string) tlog.Hash {
	hash, err := tlog.ParseHash(word)
	check(err)
	return hash
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
