extension PrintPage {
    static let style = """
        @page { size: A4; margin: 20mm 18mm 18mm 22mm;
            @bottom-center { content: counter(page) " / " counter(pages); font: 9pt sans-serif; } }
        body { font-size: 10.5pt; line-height: 1.55; }
        #page { background: var(--paper); max-width: 180mm; padding: 10mm; }
        h1, h2, .kind { font-family: "Songti SC", "Noto Serif CJK SC", "Source Han Serif SC", SimSun, serif; }
        .cover { min-height: 235mm; display: flex; flex-direction: column; }
        .cover .kind { font-size: 30pt; font-weight: 700; text-align: center; letter-spacing: .3em; margin: 26mm 0 0 .3em;
            line-height: 1.3; }
        .cover .kind [lang=en] { letter-spacing: normal; }
        .cover h1 { font-size: 19pt; line-height: 1.5; text-align: center; margin: 12mm 0 18mm; overflow-wrap: anywhere; }
        dl { border-top: 1.5pt solid #000; border-bottom: 1.5pt solid #000; }
        dl > div { display: grid; grid-template-columns: 34mm 1fr; border-top: .5pt solid #999; padding: 1.6mm 0;
            break-inside: avoid; }
        dl > div:first-child { border-top: 0; }
        h2 { font-size: 16pt; text-align: center; margin: 8mm 0 4mm; }
        .soft { color: var(--soft); font-size: .9em; }
        table { width: 100%; border-collapse: collapse; table-layout: fixed; }
        thead { display: table-header-group; }
        tr { break-inside: avoid; }
        th, td { border: .5pt solid #555; padding: 1.2mm 1.5mm; text-align: left; vertical-align: top;
            overflow-wrap: anywhere; }
        th { background: #eee; font-weight: 600; }
        .no { width: 14mm; text-align: center; }
        .day { width: 24mm; white-space: nowrap; }
        .who { width: 19mm; }
        .file { width: 63mm; }
        a { color: inherit; text-decoration: none; }
        .what::first-letter { text-transform: uppercase; }
        .what { display: inline-block; }
        td li + li { margin-top: 1.5mm; }
        .sign { break-inside: avoid; margin-top: 10mm; }
        .sides { display: grid; grid-template-columns: 1fr 1fr; gap: 12mm; }
        .sides p { display: flex; gap: 3mm; align-items: flex-end; margin-top: 6mm; white-space: nowrap; }
        .line { flex: 1; border-bottom: .75pt solid #000; min-height: 7mm; display: block; }
        .sign > p { margin-top: 8mm; }
        @media screen and (max-width: 44rem) {
            #page { padding: 1rem; }
            .cover { min-height: 0; }
            .cover .kind { font-size: 22pt; margin-top: 8mm; }
            .cover h1 { margin: 6mm 0 8mm; }
            dl > div { grid-template-columns: 1fr; }
            table, thead, tbody, tr, td { display: block; }
            thead { display: none; }
            td, .no, .day, .who, .file { width: auto; border: 0; text-align: left; }
            tr { border-top: .75pt solid #555; }
        }
        @media print { .contents { break-before: page; } .cover { min-height: 0; } #page { padding: 0 1pt; } }

        """
}
