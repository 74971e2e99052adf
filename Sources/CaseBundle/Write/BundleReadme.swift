internal import EvidenceRecord

/// What a person reads who was given the folder and knows nothing of this program.
struct BundleReadme {
    let origin: String
    let name: String
    let kind: EntryType
    let date: String
    /// How many files that the bodies name stayed where they lay.
    let filesLeftOut: Int

    private var englishLeftOut: String {
        guard filesLeftOut > 0 else { return "" }
        let count = filesLeftOut == 1 ? "1 file is" : "\(filesLeftOut) files are"
        return """

                               \(count) not in it: left on the disk or server that data/bodies/
                               names, and to be handed over separately. Once that is at hand:
                               evidence verify FOLDER --media-root DISK
            """
    }

    private var chineseLeftOut: String {
        guard filesLeftOut > 0 else { return "" }
        return """

                               另有 \(filesLeftOut) 个文件不在其中：登记时留在原处（位置见 data/bodies/），
                               须另行移交。接上该磁盘后可执行：evidence verify 文件夹 --media-root 磁盘
            """
    }

    private var isInspection: Bool { kind == .inspectionOpened }

    var english: String {
        let what = isInspection ? "inspection" : "case"
        return """
            EVIDENCE BUNDLE

            \(isInspection ? "Inspection" : "Case"): \(name.shown)
            Archive: \(origin.shown)
            Exported: \(date)

            This folder is a copy of one \(what) from an evidence archive, with all that is needed to
            check it: what was recorded, the files, and the archive's whole signed log. It can be
            checked anywhere, without the archive and without a network.

            Leave the folder as it is. A file that is added, changed or removed makes the check fail.
            To work with a file, copy it out first.


            WHAT IS IN IT

            data/dossier.json  which entries of the log belong to the \(what), in order
            data/bodies/       what each of them recorded: titles, people, times, file names
            data/files/        the files, each named by its SHA-256; data/bodies/ has their own names\(englishLeftOut)
            data/log/          the archive's log; of what lies outside this \(what) it has only the bare
                               entries, without their content
            data/keys/         the public keys of the archive and of the people who sign
            signatures/        the signatures of the archive and of the exporter


            HOW TO CHECK IT

            1. Did everything arrive undamaged? In this folder, run

                   sha256sum -c manifest-sha256.txt

               or, with bagit-python installed,

                   bagit.py --validate .

               This finds accidents. It does not find intent: whoever can change a file can change
               the list as well.

            2. Is it what the archive signed, and is it complete? Run

                   evidence verify FOLDER

            3. Is it the right archive? The key in data/keys/archive.vkey came with this folder, so it
               proves nothing by itself: anyone can make a key. Get the archive's key in another way,
               for example from its operator in person or from a document you already have. Compare
               the two, then run

                   evidence trust KEY

               and check again.


            WHEN ALL CHECKS PASS

            Nothing in this folder was changed since the export. The log is the one the archive signed.
            No entry that the \(what) had when it was exported is left out. Each entry was signed with the
            key of the person it names.


            WHAT NO CHECK CAN SHOW

            - That what was recorded is true.
            - That everything that happened was recorded, or was put into this \(what).
            - That the times people gave, and the archive's own clock, are right.
            - That a key is really its named person's, beyond the word of whoever enrolled it.
            - What was recorded after the export.

            """
    }

    var chinese: String {
        let what = isInspection ? "巡查" : "案件"
        return """
            案卷包说明

            \(what)：\(name.shown)
            档案：\(origin.shown)
            导出日期：\(date)

            本文件夹是从证据档案中导出的一份\(what)副本，并附有核验所需的全部材料：记录内容、
            文件，以及该档案完整的签名日志。无需连接原档案，也无需联网，在任何地方都可以核验。

            请保持本文件夹原样。增加、改动或删除其中任何文件，核验都会失败。
            如需使用某个文件，请先复制到别处。


            内容

            data/dossier.json  日志中哪些条目属于本\(what)，按顺序列出
            data/bodies/       各条目的记录内容：标题、人员、时间、文件名等
            data/files/        文件，以其 SHA-256 命名；原文件名见 data/bodies/\(chineseLeftOut)
            data/log/          档案的日志；与本\(what)无关的条目只有条目本身，不含内容
            data/keys/         档案及各签名人的公钥
            signatures/        档案与导出人的签名


            如何核验

            1. 传递过程中有没有损坏？在本文件夹中执行

                   sha256sum -c manifest-sha256.txt

               如已安装 bagit-python，也可执行

                   bagit.py --validate .

               这一步能发现意外损坏，但不能发现蓄意改动：能改文件的人，也能改清单。

            2. 是否确为该档案所签署，是否完整？请执行

                   evidence verify 文件夹

            3. 是不是您要的那个档案？data/keys/archive.vkey 中的密钥是随本文件夹一起来的，
               本身证明不了什么，因为任何人都能生成密钥。请通过其他途径取得该档案的密钥，例如当面
               向档案管理人索取，或取自您手中已有的文书。核对两者一致后，执行

                   evidence trust 密钥

               然后重新核验。


            全部通过说明什么

            导出之后，本文件夹中的内容没有被改动过；日志就是该档案签署的日志；截至导出时，
            本\(what)的条目没有遗漏；每个条目都由其署名人的密钥签名。


            任何核验都不能说明的

            - 所记录的内容是否属实；
            - 发生的事情是否都已记录，是否都已归入本\(what)；
            - 当事人所述的时间以及档案自身的时钟是否准确；
            - 密钥是否确属所署的人：这取决于为其登记的人是否可信；
            - 导出之后又记录了什么。

            """
    }
}
