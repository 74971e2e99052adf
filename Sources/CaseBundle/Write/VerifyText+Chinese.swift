internal import EvidenceRecord

extension VerifyText {
    var chinese: String {
        let what = isInspection ? "巡查" : "案件"
        return """
            如何核验本案卷包

            \(what)：\(name.shown)
            档案：\(origin.shown)
            导出日期：\(date)

            本文件夹是从证据档案中导出的一份\(what)副本，并附有核验所需的材料：记录内容、文件，以及该档案经
            签名的日志。不需要原档案，不需要其软件，也不需要联网，在任何地方都可以核验。

            index.html 可在浏览器中查看本\(what)，print.html 供打印。两者只供阅览，本身不能证明任何事情，因为
            网页人人会做。data/bodies/ 是记录内容，data/files/ 是文件，data/log/ 是日志，data/keys/ 是公钥。

            请保持本文件夹原样：增加、改动或删除其中任何文件，核验都会失败。如需使用某个文件，请先复制到别处。\
            \(chineseOmissions)

            装有 evidence 程序的，只需执行 evidence verify，它做以下全部核验，而且更严。没有的，请在本文件夹中
            打开终端（Linux、macOS，或 Windows 的 WSL），需要 openssl 3.0 以上和 Python 3.8 以上。请把缩进的各行
            依次复制到同一个窗口中执行。


            一、从别处取得档案公钥

            data/keys/ 中的公钥是随本文件夹一起来的，本身证明不了什么：任何人都能生成一个密钥，并用它做出能通过
            其余全部核验的案卷包。请通过其他途径取得该档案的公钥：巡查组留下的回执，档案管理人当面提供，或您手中
            已有的文书。公钥是一行文字，以档案名称和加号开头。请填入引号之间：

                KEY='在此粘贴公钥'

            它是本案卷包的公钥吗？

            \(lines([Command.sameKey]))

            显示 ANOTHER KEY 的，到此为止：这不是该档案的案卷包。


            二、传递过程中有没有损坏

            \(lines([Command.files, Command.tagFiles]))

            （macOS 上没有 sha256sum 时，可用 shasum -a 256 代替。）这一步能发现意外损坏，但不能发现蓄意改动：
            能改文件的人，也能改清单。


            三、清单是否由档案和导出人签署

            signatures/tagmanifest.note 由三行正文、一个空行和签名组成。第三行是清单之清单的 SHA-256，本文件夹的
            每个文件都由此签署：

            \(lines([Command.work, Command.signedList, Command.text]))

            签名在所在行的末尾，以 base64 书写，前面有四个用于区分密钥的字节。第一个是档案的签名，第二个是导出人的
            签名：

            \(lines(Array(signatures().prefix(2))))
            \(lines([Command.sameArchive]))
            \(lines(Array(signatures().suffix(2))))

            应两次显示“Signature Verified Successfully”。


            四、日志是否完整，本\(what)有无遗漏

            \(lines([Command.log]))

            最后应显示 GOOD。verify.py 也是随本文件夹来的；它很短，懂行的人可以先读后用；-I 使 Python 不会运行
            本文件夹里的其他程序。它从原始字节重新计算：条目的链和 Merkle 树是否与签名检查点一致，本\(what)的编号
            是否从 1 连续到末尾，各条的记录内容和文件是否未变；并检查有无未声明保留却缺失的内容、有无从未记录却混入的内容，签名人由谁登记、是否已撤销，以及
            本\(what)各条由谁签名。

            它不检查：日志中其他条目（内容不在此处）由谁签名，每个文件登记的第二种摘要，密封的内容，条目之外的哈希
            分块，以及 index.html、print.html、bag-info.txt 和 data/ro-crate-metadata.json：这几个文件是导出人对
            data/bodies/ 的转述。

            \(chineseTimestamps)
            全部通过说明什么

            - 导出之后，本文件夹中的内容没有被改动过。
            - 日志就是您手中公钥所属的那个档案所签署的日志；本\(what)的条目、与其关联的条目，以及规定谁可签名的条目，
              都由其署名人的密钥签名。
            - 截至导出时，本\(what)的条目没有遗漏：编号从 1 连续\(isSlim ? "。" : "，且完整日志在此，藏不住另一套编号。")
            - 该档案给过他人的任何凭据（回执、别的案卷包、已公布的日志）都必须与本日志一致；不一致的，即档案被改写。


            任何核验都不能说明的

            - 所记录的内容是否属实；
            - 发生的事情是否都已记录，是否都已归入本\(what)；
            - 当事人所述的时间以及档案自身的时钟是否准确：只有外部时间能约束它们，而且只能约束在前后两个时间之间；
            - 密钥是否确属所署的人：这取决于为其登记的人是否可信；
            - 导出之后又记录了什么。

            """
    }

    private var chineseOmissions: String {
        var lines: [String] = []
        if withheld > 0 {
            lines.append("- \(withheld) 条的记录内容：由导出人保留未交，并载于其签名的最后一条；条目本身仍在日志中；")
        }
        if filesLeftOut > 0 {
            lines.append(
                """
                - \(filesLeftOut) 个登记时留在原处的文件（位置见 data/bodies/），须另行移交；收到后请核对 SHA-256，
                  或执行 evidence verify --media-root 磁盘；
                """)
        }
        if sealed > 0 {
            lines.append(
                """
                - \(sealed) 条密封记录的内容（没有私钥者无法阅读）：已加密，存放于 data/sealed/。持有私钥的，可用
                  evidence verify --key KEY.pem 核验，每个部分也可用下列命令打开：
                  openssl cms -decrypt -binary -inform DER -inkey KEY.pem -in PART.cms -out FILE；
                """)
        }
        if isSlim {
            lines.append(
                """
                - 日志中属于其他案卷的条目：data/log/ 只有它们的哈希，因此仅凭本文件夹不能说明其中没有与本\(isInspection ? "次巡查" : "案")
                  有关的条目；
                """)
        }
        return lines.isEmpty ? "" : "\n\n\n不在本文件夹中的\n\n" + lines.joined(separator: "\n")
    }

    private var chineseTimestamps: String {
        guard hasTimestamps else { return "" }
        return """

            五、时间戳

            第四步已把外部机构的时间戳连同其所盖的检查点放入一个文件夹。请从该机构取得其根证书（PEM 格式，可合为
            一个文件），切勿取自本案卷包：

                CA='根证书文件的路径'
            \(lines([Command.timestamps]))

            每个时间戳都应显示“Verification: OK”。检查点所涵盖的内容在其“Time stamp”所示时间已经存在。证书按当时是否
            有效判断，后来过期没有关系。


            """
    }
}
