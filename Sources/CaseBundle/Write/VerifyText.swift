internal import EvidenceRecord

/// `VERIFY.txt` and `VERIFY.zh-CN.txt`: how somebody checks a bundle who has none of our software.
///
/// Each indented line is a command; the tests run them as they stand, with what the reader is to fill in filled in.
struct VerifyText {
    let origin: String
    let name: String
    let kind: EntryType
    let date: String
    /// The key name of whoever exported it.
    let exporter: String
    /// How many files that the bodies name stayed where they lay.
    let filesLeftOut: Int
    /// How many entries' bodies the exporter kept back.
    let withheld: Int
    /// How many entries' bodies are there only encrypted.
    let sealed: Int
    /// Entries of other dossiers are left out.
    let isSlim: Bool
    let hasTimestamps: Bool

    /// `verify.py`, the same for every bundle.
    static var program: [UInt8] { PackageResources.verify_py }

    var isInspection: Bool { kind == .inspectionOpened }

    // MARK: Commands

    enum Command {
        static let sameKey =
            #"test "$KEY" = "$(cat data/keys/archive.vkey)" && echo 'same key' || { echo 'ANOTHER KEY'; false; }"#
        static let files = "sha256sum --quiet --strict -c manifest-sha256.txt && echo 'files: good'"
        static let tagFiles = "sha256sum --quiet --strict -c tagmanifest-sha256.txt && echo 'lists: good'"
        static let work = "WORK=$(mktemp -d)"
        static let signedList =
            #"echo "$(sed -n 3p signatures/tagmanifest.note)  tagmanifest-sha256.txt" | sha256sum -c"#
        static let text = #"sed '/^$/,$d' signatures/tagmanifest.note > "$WORK/text""#
        static let sameArchive = """
            test "$(openssl pkey -pubin -in data/keys/archive.pem -outform DER | tail -c 32 | base64)" = \
            "$(echo "$KEY" | cut -d+ -f3- | base64 -d | tail -c 32 | base64)" \
            && echo 'archive.pem: same key' || { echo 'archive.pem: ANOTHER KEY'; false; }
            """
        static let log = #"python3 -I verify.py "$KEY" "$WORK""#
        static let timestamps = """
            (for t in "$WORK"/*.tst; do openssl ts -reply -token_in -in "$t" -text | grep 'Time stamp' && \
            openssl ts -verify -token_in -in "$t" -data "${t%.tst}.note" -CAfile "$CA" \
            -attime "$(cat "${t%.tst}.time")" || exit 1; done)
            """

        static func signature(line: Int, _ name: String) -> String {
            #"sed -n \#(line)p signatures/tagmanifest.note | cut -d' ' -f3 | base64 -d | tail -c 64 > "$WORK/\#(name).sig""#
        }

        static func verify(_ key: String, _ name: String) -> String {
            #"openssl pkeyutl -verify -pubin -inkey data/keys/\#(key).pem -rawin -in "$WORK/text" -sigfile "$WORK/\#(name).sig""#
        }
    }

    func signatures() -> [String] {
        [
            Command.signature(line: 5, "archive"), Command.signature(line: 6, "exporter"),
            Command.verify("archive", "archive"), Command.verify("signers/\(exporter)", "exporter"),
        ]
    }

    func lines(_ commands: [String]) -> String { commands.map { "    \($0)" }.joined(separator: "\n") }

    // MARK: English

    var english: String {
        let what = isInspection ? "inspection" : "case"
        return """
            HOW TO CHECK THIS BUNDLE

            \(isInspection ? "Inspection" : "Case"): \(name.shown)
            Archive: \(origin.shown)
            Exported: \(date)

            This folder is a copy of one \(what) from an evidence archive, with what is needed to check it:
            what was recorded, the files, and the archive's signed log. It can be checked anywhere, without
            the archive, without its software and without a network.

            index.html shows the \(what) in a browser, print.html is for printing. Both are for the eye: they
            prove nothing, since anybody can make a page. data/bodies/ has what was recorded, data/files/ the
            files, data/log/ the log, data/keys/ the public keys.

            Leave the folder as it is: a file that is added, changed or removed makes the checks fail. To
            work with a file, copy it out first.\(englishOmissions)

            Whoever has the program “evidence” needs only “evidence verify”, which checks all of this and
            more. Otherwise open a terminal in this folder, on Linux, macOS or in Windows' WSL. openssl 3.0 and
            Python 3.8 or later are needed. Copy each indented line, in order, into the same window.


            1. THE ARCHIVE'S KEY, FROM ELSEWHERE

            The key in data/keys/ came with this folder, so it proves nothing by itself: anybody can make a
            key, and with it a bundle that passes every other check. Have the archive's key another way: from a
            receipt that the inspection team left behind, from the archive's keeper in person, or from a
            document that you already have. It is one line that begins with the archive's name and a plus.
            Put it between the quotes:

                KEY='PASTE THE KEY HERE'

            Is it the key of this bundle?

            \(lines([Command.sameKey]))

            If not, stop: this is not that archive's bundle.


            2. DID EVERYTHING ARRIVE AS IT WAS SENT?

            \(lines([Command.files, Command.tagFiles]))

            (On macOS, where sha256sum is missing, shasum -a 256 takes its place.) This finds accidents. It
            does not find intent: whoever can change a file can change the list as well.


            3. DID THE ARCHIVE AND THE EXPORTER SIGN THE LISTS?

            signatures/tagmanifest.note is a text of three lines, an empty line and the signatures. The third
            line is the SHA-256 of the list of lists, and through it every file here is signed:

            \(lines([Command.work, Command.signedList, Command.text]))

            A signature stands at the end of its line in base64, behind four bytes that tell keys apart. The
            first is the archive's, the second that of whoever exported the bundle:

            \(lines(Array(signatures().prefix(2))))
            \(lines([Command.sameArchive]))
            \(lines(Array(signatures().suffix(2))))

            It must say “Signature Verified Successfully” twice.


            4. IS THE LOG WHOLE, AND IS ALL OF THE \(what.uppercased()) HERE?

            \(lines([Command.log]))

            It must end with GOOD. verify.py came with this folder as well. It is short, so that an expert can
            read it before it is run; -I keeps Python from running anything else that lies here. From the
            bytes it computes anew the entries' chain and Merkle tree, against the signed checkpoints; the
            numbers of the \(what) from 1 to its end; what its entries recorded, and the files. It looks whether
            anything is missing that nobody kept back, or is here that nobody recorded, who was enrolled and
            revoked and by whom, and who signed the \(what)'s entries.

            It does not look at who signed the log's other entries, whose content is not here; at the second
            digest that is on record of each file; at what is sealed; at the hash tiles beside the entries;
            and at index.html, print.html, bag-info.txt and data/ro-crate-metadata.json, which tell in the
            exporter's words what is in data/bodies/.

            \(englishTimestamps)
            WHEN ALL OF THIS IS GOOD

            - Nothing in this folder was changed since the export.
            - The log is the one that the archive with your key signed. Each entry of the \(what), each that is
              linked to it, and each that says who may sign was signed with the key of the person it names.
            - No entry that the \(what) had when it was exported is left out: its numbers run on from 1\(isSlim ? "." : ", and\n  the whole log is here, in which a second line of it could not hide.")
            - Whatever anybody else was given of this archive, a receipt, another bundle, a published log, must
              agree with this log. If it does not, the archive was rewritten.


            WHAT NO CHECK CAN SHOW

            - That what was recorded is true.
            - That everything that happened was recorded, or was put into this \(what).
            - That the times people gave, and the archive's own clock, are right. Only times from outside bind
              them, and only between the one before and the one after.
            - That a key is really its named person's, beyond the word of whoever enrolled it.
            - What was recorded after the export.

            """
    }

    private var englishOmissions: String {
        var lines: [String] = []
        if withheld > 0 {
            lines.append(
                """
                - what \(withheld == 1 ? "1 entry" : "\(withheld) entries") recorded: the exporter kept it back, and says so in
                  his own signed entry, the last one. The entries themselves are in the log;
                """)
        }
        if filesLeftOut > 0 {
            lines.append(
                """
                - \(filesLeftOut == 1 ? "1 file" : "\(filesLeftOut) files") recorded on a disk or server that data/bodies/ names, to be handed over
                  separately. Compare the SHA-256, or use evidence verify --media-root DISK;
                """)
        }
        if sealed > 0 {
            lines.append(
                """
                - what \(sealed == 1 ? "1 sealed entry" : "\(sealed) sealed entries") recorded, for whoever has no key: it is here encrypted, in data/sealed/.
                  With the key, evidence verify --key KEY.pem checks it, and each part opens with
                  openssl cms -decrypt -binary -inform DER -inkey KEY.pem -in PART.cms -out FILE;
                """)
        }
        if isSlim {
            lines.append(
                """
                - the log's entries that belong to other dossiers: data/log/ has only their hashes. So this
                  folder alone does not show that none of them is about the \(isInspection ? "inspection" : "case");
                """)
        }
        return lines.isEmpty ? "" : "\n\n\nNOT IN THIS FOLDER\n\n" + lines.joined(separator: "\n")
    }

    private var englishTimestamps: String {
        guard hasTimestamps else { return "" }
        return """

            5. THE TIMESTAMPS

            Step 4 has put the timestamps of outside authorities into a folder, each with the checkpoint that
            it was given for. Have the authorities' root certificates from the authorities themselves, in one
            file in PEM, never from this bundle:

                CA='PATH OF THE FILE WITH THE ROOT CERTIFICATES'
            \(lines([Command.timestamps]))

            It must say “Verification: OK” for each. All that a checkpoint covers was there at its time stamp. The
            certificates are judged at that time: that one has expired since means nothing.


            """
    }
}
