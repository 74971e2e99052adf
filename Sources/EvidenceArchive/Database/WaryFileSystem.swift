internal import Glibc
internal import GRDBSQLite

/// How SQLite reaches files in a folder that somebody else may have filled: its own VFS, without three ways out of that folder.
///
/// - A journal may name a *super-journal* of a transaction over several databases, which SQLite removes after it has rolled back,
///   whatever file that is (SQLite file format §3, "Super-Journal"; `pager_delsuper`). No transaction of ours has one, so that a
///   database with such a journal counts as malformed and nothing is removed.
/// - A database that is a symbolic link is not followed; SQLite resolves it before it opens it.
/// - A pipe or socket in a file's place is no file; SQLite would wait for its other end.
///
/// Not looked at: what a journal says of the database itself. Whoever can put one there can change the database, too.
enum WaryFileSystem {
    /// Makes all connections of this process use it; the first access does.
    static let isInUse: Bool = {
        guard let unix = system, let setCall = unix.pointee.xSetSystemCall else { return false }
        let ours = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        ours.initialize(to: unix.pointee)
        ours.pointee.pNext = nil
        ours.pointee.zName = UnsafePointer(strdup("evidence"))
        ours.pointee.xOpen = { _, name, file, flags, opened in
            guard flags & SQLITE_OPEN_SUPER_JOURNAL == 0, let open = system?.pointee.xOpen else {
                file?.pointee.pMethods = nil
                return SQLITE_CORRUPT
            }
            return open(system, name, file, flags, opened)
        }
        ours.pointee.xFullPathname = { _, path, size, place in
            guard let path, let place else { return SQLITE_CANTOPEN }
            return absolute(path, place, Int(size)) ? SQLITE_OK : SQLITE_CANTOPEN
        }
        let open: @convention(c) (UnsafePointer<CChar>, CInt, CInt) -> CInt = { openFile($0, $1, $2) }
        return setCall(unix, "open", unsafeBitCast(open, to: sqlite3_syscall_ptr.self)) == SQLITE_OK
            && sqlite3_vfs_register(ours, 1) == SQLITE_OK
    }()

    private nonisolated(unsafe) static let system = sqlite3_vfs_find("unix")

    /// Opens a file as SQLite asks for it, but neither follows a link nor waits.
    private static func openFile(_ path: UnsafePointer<CChar>, _ flags: CInt, _ mode: CInt) -> CInt {
        let file = open(path, flags | O_NOFOLLOW | O_NONBLOCK, mode_t(mode))
        guard file >= 0 else { return file }
        var status = stat()
        if fstat(file, &status) == 0, ![S_IFIFO, S_IFSOCK].contains(status.st_mode & S_IFMT) { return file }
        close(file)
        errno = ENXIO
        return -1
    }

    /// Puts the absolute form of a path into `place`, links as they are; false where it has no room there.
    private static func absolute(
        _ path: UnsafePointer<CChar>, _ place: UnsafeMutablePointer<CChar>, _ size: Int
    ) -> Bool {
        var used = 0
        if path.pointee != CChar(UInt8(ascii: "/")) {
            guard getcwd(place, size) != nil else { return false }
            used = strlen(place)
            guard used + 1 < size else { return false }
            place[used] = CChar(UInt8(ascii: "/"))
            used += 1
        }
        let length = strlen(path)
        guard used + length < size else { return false }
        memcpy(place + used, path, length + 1)
        return true
    }
}
