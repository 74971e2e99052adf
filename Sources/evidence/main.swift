import EvidenceCommands

EvidenceTool.main()
