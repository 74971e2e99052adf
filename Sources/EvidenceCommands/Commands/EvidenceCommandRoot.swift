internal import ArgumentParser

/// `evidence` itself.
struct EvidenceCommandRoot: ParsableCommand {
    static let version = "0.1.0"
    /// The day of this version, for what is made from it.
    static let versionDate = "2026-11-24"

    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "evidence",
            abstract: Speech.say("A tamper-evident archive for evidence from inspections.", "防篡改的巡查证据档案。"),
            version: version,
            subcommands: [
                InitCommand.self, AddCommand.self, TemplateCommand.self, ListCommand.self, SearchCommand.self,
                ShowCommand.self,
                GetCommand.self,
                AmendCommand.self, WithdrawCommand.self, CustodyCommand.self, CaseCommand.self,
                InspectionCommand.self, LoopCommand.self, CoverageCommand.self, ReportCommand.self,
                VerifyCommand.self, ExportCommand.self, OpenCommand.self, HandoverCommand.self, StatusCommand.self,
                LogCommand.self,
                CheckpointCommand.self,
                PublishCommand.self, MirrorCommand.self, RepairCommand.self, ReceiptCommand.self, ProveCommand.self,
                TrustCommand.self, WitnessCommand.self, SignerCommand.self, ReindexCommand.self, TimestampCommand.self,
                CompletionsCommand.self, ManualCommand.self,
            ])
    }
}
