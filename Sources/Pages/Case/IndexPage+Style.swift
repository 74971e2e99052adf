extension IndexPage {
    static let style = """
        .top { padding: 1.5rem 0 0; }
        .kicker { color: var(--soft); font-size: .9375rem; display: flex; flex-wrap: wrap; gap: .25rem .6rem;
            align-items: center; }
        h1 { font: 700 1.875rem/1.35 "Songti SC", "Noto Serif CJK SC", "Source Han Serif SC", SimSun, serif;
            margin: .25rem 0 1rem; overflow-wrap: anywhere; }
        .notice { background: var(--wash); border-left: 4px solid #c98a12; padding: .75rem 1rem; }
        .soft { color: var(--soft); }
        .facts { background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.25rem;
            margin: 1rem 0 2rem; }
        dl > div { display: grid; grid-template-columns: 8.5rem 1fr; gap: 0 1rem; padding: .2rem 0; }
        dt { color: var(--soft); }
        dt::first-letter, .what::first-letter { text-transform: uppercase; }
        .what { display: inline-block; }
        article { background: var(--paper); border: 1px solid var(--line); border-radius: .5rem;
            padding: 1rem 1.25rem; margin: 0 0 1rem; scroll-margin-top: 1rem; }
        article:target { border-color: var(--link); box-shadow: 0 0 0 1px var(--link); }
        article h2 { font-size: 1.3125rem; line-height: 1.4; margin: .1rem 0 .5rem; overflow-wrap: anywhere; }
        article.act { background: transparent; }
        article.act h2 { font-size: 1.0625rem; margin: 0 0 .25rem; }
        .no { display: inline-block; min-width: 1.75rem; padding: 0 .45rem; text-align: center; color: #fff;
            background: var(--ink); border-radius: .3rem; font-variant-numeric: tabular-nums; }
        .badge { padding: 0 .5rem; border: 1px solid var(--warn); border-radius: 1rem; color: var(--warn);
            font-size: .8125rem; }
        .badge.bad { border-color: var(--bad); color: var(--bad); }
        p.absent { color: var(--bad); }
        .files { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: 1rem;
            margin: .75rem 0; }
        .files li { min-width: 0; border-top: 1px solid var(--line); padding-top: .75rem; font-size: .9375rem; }
        .files li.absent { border-top-style: dashed; border-top-color: var(--bad); }
        .files .name { font-weight: 600; overflow-wrap: anywhere; }
        .picture { display: block; background: var(--back); text-align: center; margin-bottom: .5rem; }
        img, video { display: block; width: 100%; height: auto; max-height: 24rem; object-fit: scale-down; }
        video { background: #000; margin-bottom: .5rem; aspect-ratio: 16 / 9; }
        audio { width: 100%; margin-bottom: .5rem; }
        .note { border-left: 4px solid var(--warn); background: var(--back); padding: .5rem 1rem; margin: .75rem 0; }
        .act .note { background: var(--paper); }
        .note.bad { border-left-color: var(--bad); }
        .note h3 { font-size: 1rem; }
        .note h3 > span:last-child { font-weight: 400; color: var(--soft); font-size: .9375rem; }
        del { color: var(--soft); }
        ins { text-decoration: none; font-weight: 600; }
        article > footer { border-top: 1px solid var(--line); margin-top: .75rem; padding-top: .5rem;
            font-size: .8125rem; }
        .act > footer { border-top: 0; margin-top: 0; padding-top: 0; }
        article > footer dl > div { display: flex; flex-wrap: wrap; gap: 0 .6rem; padding: 0; }
        .signers { margin: 2rem 0 0; }
        .signers h2 { font-size: 1.125rem; }
        .foot { margin: 2rem 0 0; padding: 1rem 0 0; border-top: 1px solid var(--line); color: var(--soft);
            font-size: .875rem; }
        @media (max-width: 36rem) {
            h1 { font-size: 1.5rem; }
            .facts, article { padding: .75rem .9rem; }
            dl > div { grid-template-columns: 1fr; padding: .3rem 0; }
            dl > div { gap: 0; }
            dt { font-size: .8125rem; }
        }
        @media print {
            article, .facts { border-color: #888; break-inside: auto; }
            .files li, .note, article > header, article > footer { break-inside: avoid; }
            article > header { break-after: avoid; }
            audio, video { display: none; }
            a { color: inherit; text-decoration: none; }
        }

        """
}
