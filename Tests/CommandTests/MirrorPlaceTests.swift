import Foundation
import Glibc
import Testing

/// Where `evidence mirror` begins anew, and where it takes a disk for one that is not connected.
struct MirrorPlaceTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    init() throws {
        laptop = try Laptop.withArchive()
        try laptop.file("甲.txt", "甲\n")
        try laptop.succeed("add", "甲.txt", env: archive)
    }

    /// Runs steps among mounted disks; false where nothing may be mounted here.
    private func withDisks(_ steps: String) throws -> Bool {
        guard geteuid() == 0 else { return false }
        try laptop.script(
            "steps",
            """
            #!/bin/bash
            disk() { mount -t tmpfs -o "size=64m${2:+,$2}" tmpfs "$1" || exit 99; }
            mirror() { evidence mirror "$1" --archive archive > out 2>&1; }
            fails() { echo "line $1: $(cat out)" >&2; exit 1; }
            \(steps)
            """)
        let outcome = try laptop.shell("unshare --mount ./steps")
        if outcome.status == 99 { return false }
        #expect(outcome.status == 0, "\(outcome.err)")
        return true
    }

    @Test func `of two disks in turn, each that is not connected is missed`() throws {
        _ = try withDisks(
            """
            mkdir b1 b2; disk b1; disk b2
            mirror b1/档案 && mirror b2/档案 && mirror b1/档案 && mirror b2/档案 || fails $LINENO
            evidence verify b2/档案 --quiet > /dev/null || fails $LINENO
            umount b1
            mirror b1/档案; test $? = 66 && grep -q 'Connect its disk' out && test ! -e b1/档案 || fails $LINENO
            # Nor is anything begun in an empty folder on the system's own disk.
            mkdir b1/档案
            mirror b1/档案; test $? = 66 && rmdir b1/档案 || fails $LINENO
            mirror b2/档案 || fails $LINENO
            """)
    }

    @Test func `a mirror at the root of a disk is missed where its mount point is empty`() throws {
        _ = try withDisks(
            """
            mkdir b; disk b; mirror b || fails $LINENO
            umount b
            mirror b; test $? = 66 && rmdir b && mkdir b || fails $LINENO
            disk b; mirror b || fails $LINENO
            """)
    }

    @Test func `a second disk at the same place is taken once its folder was made by hand`() throws {
        _ = try withDisks(
            """
            mkdir b; disk b; mirror b/档案 || fails $LINENO
            umount b; disk b
            mirror b/档案; test $? = 66 && grep -q mkdir out && test ! -e b/档案 || fails $LINENO
            mkdir b/档案
            mirror b/档案 && mirror b/档案 && evidence verify b/档案 --quiet > /dev/null || fails $LINENO
            umount b
            mirror b/档案; test $? = 66 || fails $LINENO
            """)
    }

    @Test func `only the mirror's own folder is made`() throws {
        try laptop.expectRefused("mirror", "盘/副本/镜像", status: 66, naming: "mkdir", "盘/副本”", env: archive)
        #expect(!laptop.exists("盘"))
        #expect(try laptop.shell("mkdir -p 盘/副本").status == 0)
        try laptop.succeed("mirror", "盘/副本/镜像", env: archive)
    }

    @Test func `a first run that came to nothing leaves nothing`() throws {
        _ = try withDisks(
            """
            mkdir b; disk b nr_inodes=4
            mirror b/档案; test $? = 74 && grep -q 'disk is full' out && test ! -e b/档案 || fails $LINENO
            mkdir b/档案
            mirror b/档案; test $? = 74 && test -z "$(ls b/档案)" || fails $LINENO
            evidence verify b/档案 > out 2>&1; test $? = 66 || fails $LINENO
            """)
    }
}
