extension PageFrame {
    /// Colours, type and the switch of language.
    ///
    /// Every text stands on the page in both languages; the button that is chosen hides the other.
    static let baseStyle = """
        :root { --ink: #1c1f23; --soft: #5a626c; --line: #d9dde2; --paper: #fff; --back: #f4f5f6; --link: #0b4f8a;
            --warn: #8a4b00; --bad: #9c1f1f; --wash: #fdf6e7; color-scheme: light; }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0; color: var(--ink); background: var(--back);
            font: 16px/1.65 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif; }
        #page { max-width: 60rem; margin: 0 auto; padding: 0 1rem 4rem; }
        a { color: var(--link); text-underline-offset: .15em; }
        h1, h2, h3, p, dl, ul, figure { margin: 0; padding: 0; }
        ul { list-style: none; }
        dt, dd { margin: 0; overflow-wrap: anywhere; }
        bdi { overflow-wrap: anywhere; }
        .mono { font-family: ui-monospace, "SF Mono", Consolas, "DejaVu Sans Mono", monospace; font-size: .8125em;
            overflow-wrap: anywhere; }
        input[name=language] { position: absolute; opacity: 0; width: 1px; height: 1px; }
        #zh:checked ~ #page [lang=en], #en:checked ~ #page [lang=zh-Hans] { display: none; }
        .switch { display: flex; justify-content: flex-end; gap: .25rem; max-width: 60rem; margin: 0 auto;
            padding: .75rem 1rem 0; }
        .switch label { padding: .3rem .9rem; border: 1px solid var(--line); border-radius: 2rem; cursor: pointer;
            color: var(--soft); background: var(--paper); }
        #zh:checked ~ nav [for=zh], #en:checked ~ nav [for=en] { color: #fff; background: var(--ink);
            border-color: var(--ink); }
        #zh:focus-visible ~ nav [for=zh], #en:focus-visible ~ nav [for=en] { outline: 2px solid var(--link);
            outline-offset: 2px; }
        @media print { .switch { display: none; } body { background: #fff; } #page { max-width: none; padding: 0; } }

        """
}
