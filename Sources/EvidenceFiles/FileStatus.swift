package import EvidenceRecord
internal import Glibc

/// What a path is.
package struct FileStatus: Sendable, Equatable {
    /// Regular files and folders are evidence; nothing else is.
    package enum Kind: Sendable {
        case regular
        case folder
        case symlink
        case other
    }

    package let kind: Kind
    package let size: UInt64
    package let device: UInt64
    package let inode: UInt64
    /// Permission bits.
    package let mode: UInt32
    /// The user whose it is.
    package let owner: UInt32
    /// How many names the file has.
    package let links: UInt64
    package let modifiedSeconds: Int
    package let modifiedNanoseconds: Int

    init(_ status: stat) {
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .folder
            case S_IFLNK: .symlink
            default: .other
            }
        size = UInt64(max(0, status.st_size))
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        mode = UInt32(status.st_mode & 0o7777)
        owner = status.st_uid
        links = UInt64(status.st_nlink)
        modifiedSeconds = status.st_mtim.tv_sec
        modifiedNanoseconds = status.st_mtim.tv_nsec
    }

    /// When the file was last changed, to the millisecond; nil outside the years 0000 to 9999.
    package var modified: Timestamp? {
        let (milliseconds, overflow) = Int64(modifiedSeconds).multipliedReportingOverflow(by: 1_000)
        return overflow ? nil : Timestamp(milliseconds: milliseconds + Int64(modifiedNanoseconds / 1_000_000))
    }
}
