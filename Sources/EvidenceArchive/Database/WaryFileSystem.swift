internal import EvidenceFiles
internal import Glibc
internal import GRDBSQLite
internal import SystemPackage

/// How SQLite reaches files in a folder that somebody else may have filled: its own VFS, without three ways out of that folder, and
/// with an eye on what it overlooks.
///
/// - A journal may name a *super-journal* of a transaction over several databases, which SQLite removes after it has rolled back,
///   whatever file that is (SQLite file format §3, "Super-Journal"; `pager_delsuper`). No transaction of ours has one, so that a
///   database with such a journal counts as malformed and nothing is removed.
/// - A database that is a symbolic link is not followed; SQLite resolves it before it opens it.
/// - A pipe or socket in a file's place is no file; SQLite would wait for its other end.
/// - Where the folder of a new journal can't be synced, the transaction fails before it changes the database. SQLite goes on
///   (`unixSync`), and a power cut could take the journal's name, and leave a database that is changed in part.
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
            let result = open(system, name, file, flags, opened)
            let isNewJournal = flags & SQLITE_OPEN_MAIN_JOURNAL != 0 && flags & SQLITE_OPEN_CREATE != 0
            if result == SQLITE_OK, isNewJournal, let file, let name { Journal.begin(file, name) }
            return result
        }
        ours.pointee.szOsFile += CInt(MemoryLayout<Journal>.stride)
        ours.pointee.xDelete = { _, path, syncsFolder in
            guard let path, let delete = system?.pointee.xDelete else { return SQLITE_IOERR }
            let result = delete(system, path, 0)
            return result == SQLITE_OK && syncsFolder != 0 ? syncFolder(of: path) : result
        }
        ours.pointee.xFullPathname = { _, path, size, place in
            guard let path, let place else { return SQLITE_CANTOPEN }
            return absolute(path, place, Int(size)) ? SQLITE_OK : SQLITE_CANTOPEN
        }
        let open: @convention(c) (UnsafePointer<CChar>, CInt, CInt) -> CInt = { openFile($0, $1, $2) }
        // Folders are synced here, once, and not by SQLite a second time.
        let openFolder: @convention(c) (UnsafePointer<CChar>, UnsafeMutablePointer<CInt>) -> CInt = { _, file in
            file.pointee = -1
            return SQLITE_CANTOPEN
        }
        return setCall(unix, "open", unsafeBitCast(open, to: sqlite3_syscall_ptr.self)) == SQLITE_OK
            && setCall(unix, "openDirectory", unsafeBitCast(openFolder, to: sqlite3_syscall_ptr.self)) == SQLITE_OK
            && sqlite3_vfs_register(ours, 1) == SQLITE_OK
    }()

    private nonisolated(unsafe) static let system = sqlite3_vfs_find("unix")

    /// What stands behind the system's part of an open journal.
    private struct Journal {
        var methods: sqlite3_io_methods
        let sync: @convention(c) (UnsafeMutablePointer<sqlite3_file>?, CInt) -> CInt
        /// SQLite keeps it as long as the file is open.
        let path: UnsafePointer<CChar>
        var isNameDurable = false

        static func begin(_ file: UnsafeMutablePointer<sqlite3_file>, _ path: UnsafePointer<CChar>) {
            guard let journal = of(file), let methods = file.pointee.pMethods?.pointee, let sync = methods.xSync else {
                return
            }
            journal.initialize(to: Journal(methods: methods, sync: sync, path: path))
            journal.pointee.methods.xSync = { file, flags in
                guard let file, let journal = Journal.of(file) else { return SQLITE_IOERR }
                var result = journal.pointee.sync(file, flags)
                if result == SQLITE_OK, !journal.pointee.isNameDurable {
                    result = syncFolder(of: journal.pointee.path)
                    journal.pointee.isNameDurable = result == SQLITE_OK
                }
                return result
            }
            file.pointee.pMethods = journal.pointer(to: \.methods).map { UnsafePointer($0) }
        }

        private static func of(_ file: UnsafeMutablePointer<sqlite3_file>) -> UnsafeMutablePointer<Journal>? {
            guard let system else { return nil }
            return UnsafeMutableRawPointer(file).advanced(by: Int(system.pointee.szOsFile))
                .assumingMemoryBound(to: Journal.self)
        }
    }

    private static func syncFolder(of path: UnsafePointer<CChar>) -> CInt {
        do {
            try Files.syncFolder(Files.straight(FilePath(platformString: path).parent))
            return SQLITE_OK
        } catch { return SQLITE_IOERR }
    }

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
