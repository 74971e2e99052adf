/// The SQL of the archive's and the witness's databases, embedded in the binary.
package enum ArchiveSchema {
    /// The log: entries, bodies, checkpoints, anchors.
    package static let archive = String(decoding: PackageResources.archive_v001_sql, as: UTF8.self)
    /// The disposable index.
    package static let index = String(decoding: PackageResources.index_v002_sql, as: UTF8.self)
    /// The operator's memory.
    package static let memory = String(decoding: PackageResources.memory_v001_sql, as: UTF8.self)
    /// What a witness has cosigned.
    package static let witness = String(decoding: PackageResources.witness_v001_sql, as: UTF8.self)
}
