extension HTML {
    /// How the page looks: two palettes, the fonts of the reader's system, one column of text that a screen of 390 pixels holds.
    /// Colours are pairs that WCAG 2.2 calls AA, and none of them says anything that no word says.
    package static let style: StaticString = """

        :root{--page:#fff;--raised:#f7f8fa;--ink:#1a1f26;--muted:#57606a;--line:#d9dee5;\
        --accent:#0a58ad;--good:#116329;--good-soft:#e7f5ea;--doubtful:#7a4b00;--doubtful-soft:#fdf3dd;--bad:#a3102a;\
        --bad-soft:#fdecee;--neutral-soft:#eef1f4;--part0:#b4bcc6;--part1:#c98a1b;--part2:#1f7a3d}
        @media (prefers-color-scheme:dark){:root{--page:#0f1318;--raised:#171c23;--ink:#e6eaef;--muted:#9da7b3;\
        --line:#2b333d;--accent:#7ab8ff;--good:#7bd694;--good-soft:#12281a;--doubtful:#ecc06a;--doubtful-soft:#2b2311;\
        --bad:#ff9aa5;--bad-soft:#331a1f;--neutral-soft:#1f262e;--part0:#59636f;--part1:#c98a1b;--part2:#3fa65f}}
        *{box-sizing:border-box}
        html{scroll-padding-top:1rem;-webkit-text-size-adjust:100%;text-size-adjust:100%}
        body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,\
        "Noto Sans","Liberation Sans",sans-serif;overflow-wrap:break-word}
        h1,h2,h3,h4,p,ul,ol,dl,dd,pre{margin:0;padding:0}
        h1,h2,h3,h4{line-height:1.25}
        h1{font-size:clamp(1.5rem,1.1rem + 2vw,2.25rem);font-weight:600;letter-spacing:-.015em;overflow-wrap:anywhere}
        h2{font-size:1.375rem;font-weight:600;letter-spacing:-.01em;margin-bottom:.9rem}
        h3,h4{font-size:1rem;font-weight:600}
        a{color:var(--accent)}
        :focus-visible{outline:.1875rem solid var(--accent);outline-offset:.1875rem;border-radius:.25rem}
        pre,.key{font:.8125rem/1.6 ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
        .page{max-width:76rem;margin:0 auto;padding:0 clamp(1rem,4vw,2.5rem) 3rem}
        .skip{position:absolute;left:-100rem}
        .skip:focus{left:1rem;top:1rem;padding:.5rem 1rem;background:var(--page);z-index:2}
        .unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
        .muted{color:var(--muted)}.good{color:var(--good)}.doubtful{color:var(--doubtful)}.bad{color:var(--bad)}
        .good,.bad,.doubtful,.strong{font-weight:600}
        .hero{padding:clamp(1.5rem,5vw,3.5rem) 0 clamp(1.25rem,3vw,2rem);border-bottom:1px solid var(--line)}
        .hero>.sub{color:var(--muted);margin-top:.35rem;font-size:.9375rem}
        .cards{display:grid;gap:1.25rem;margin-top:1.5rem}
        .result{display:grid;grid-template-columns:auto minmax(0,1fr);grid-template-rows:auto 1fr;\
        gap:.6rem clamp(1rem,3vw,2rem)}
        .letter{grid-row:span 2;align-self:start}
        .head{align-self:center}.head>*+*{margin-top:.5rem}
        .letter{display:flex;align-items:center;justify-content:center;min-width:8.5rem;min-height:8.5rem;padding:0 1rem;\
        border-radius:1.25rem;font-size:5.25rem;font-weight:700;line-height:1;letter-spacing:-.04em;\
        background:var(--neutral-soft)}
        .letter.good{background:var(--good-soft)}.letter.doubtful{background:var(--doubtful-soft)}
        .letter.bad{background:var(--bad-soft)}
        .letter.wide{font-size:3rem;letter-spacing:-.02em;white-space:nowrap}
        .verdict>*+*{margin-top:.6rem}
        .headline{font-size:1.1875rem;font-weight:600;line-height:1.35}
        .why{font-size:1.0625rem}
        .first{padding:.75rem 1rem;border-radius:.75rem;background:var(--raised);border:1px solid var(--line)}
        .scale{display:flex;gap:.25rem;list-style:none;font-size:.8125rem;font-weight:600}
        .scale li{min-width:1.875rem;padding:.1rem .3rem;text-align:center;border-radius:.375rem;color:var(--muted);\
        border:1px solid transparent}
        .scale .range{border-color:var(--muted);border-style:dashed;color:var(--ink)}
        .scale .now{border-color:currentColor;border-style:solid;color:var(--ink)}
        .layout{display:grid;grid-template-columns:minmax(0,1fr);gap:0 3rem}
        .toc{padding:1rem 0;font-size:.9375rem}
        .toc ul{display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;list-style:none}
        .toc a{display:inline-block;padding:.15rem 0;text-decoration:none}.toc a:hover{text-decoration:underline}
        .content>section,.content>.one{padding:1.75rem 0;border-top:1px solid var(--line)}
        .content>:first-child{border-top:0}
        .content section>*+*,.body>*+*,.body>div>*+*{margin-top:.6rem}.marks li>div>*+*{margin-top:.15rem}
        section section{margin-top:1.75rem}.body>div>.aside{margin-top:.1rem}
        .marks,.lines{list-style:none}
        .marks>li{display:grid;grid-template-columns:2rem minmax(0,1fr);gap:.75rem;padding:.35rem 0}
        .mark{font-weight:700;text-align:center}
        .lines>li{padding:.4rem 0 .4rem 1.1rem;text-indent:-1.1rem}
        .lines>li>*{text-indent:0}
        .lines>li>p:first-child{text-indent:-1.1rem}
        .lines>li>p:first-child::before{content:"";display:inline-block;width:.5rem;height:.0625rem;margin-right:.6rem;\
        vertical-align:.3em;background:var(--muted)}
        .facts>div{display:grid;grid-template-columns:8.5rem minmax(0,1fr);gap:.15rem 1rem;padding:.35rem 0}
        .facts dt{color:var(--muted);font-size:.9375rem}
        .facts dd{grid-column:2;overflow-wrap:anywhere}
        .notes>div{padding:.3rem 0}
        .notes dt{font-weight:600}.notes dd{color:var(--muted)}
        .steps{list-style:none;counter-reset:step;display:grid;gap:.75rem}
        details{border:1px solid var(--line);border-radius:.75rem;background:var(--page)}
        .steps>li{counter-increment:step}
        summary{padding:.7rem 1rem;cursor:pointer;border-radius:.75rem;display:grid;\
        grid-template-columns:auto minmax(0,1fr);gap:.6rem;align-items:baseline}
        summary::-webkit-details-marker{display:none}
        summary::before{content:"";width:0;height:0;border:.3rem solid transparent;border-right-width:0;\
        border-left:.45rem solid var(--muted);transition:transform .15s}
        details[open]>summary::before{transform:rotate(90deg)}
        summary:hover{background:var(--raised)}
        summary h3,summary h4{display:inline;font-size:1rem;font-weight:400;overflow-wrap:anywhere}
        details:not(.finding)>summary h3,details:not(.finding)>summary h4{font-weight:600}
        summary h2{margin:0;font-size:1.25rem}
        .fold>summary{align-items:center}.fold>.body{padding-left:1rem}
        .more{border:0;border-radius:0;background:none}.more>summary{padding:0}.more>p{margin-top:.3rem;color:var(--muted);\
        font-size:.875rem}
        .steps summary h3::before,.steps summary h4::before{content:counter(step) ". ";color:var(--muted);font-weight:400}
        .finding>.body,details>.body{padding:.1rem 1rem 1rem 2.35rem}
        .finding>.body>p:first-child{font-weight:500}
        :target{scroll-margin-top:4.5rem}
        .body>:target{box-shadow:-.75rem 0 0 -.5rem var(--accent)}
        details+details{margin-top:.6rem}
        .badge{display:inline-block;padding:.02rem .5rem;border-radius:1rem;font-size:.8125rem;font-weight:600;\
        background:var(--neutral-soft)}
        .badge.bad{background:var(--bad-soft)}.badge.doubtful{background:var(--doubtful-soft)}
        .refs{font-size:.875rem}
        .scroll{overflow-x:auto;border:1px solid var(--line);border-radius:.75rem}
        table{border-collapse:collapse;width:100%;font-size:.9375rem;font-variant-numeric:tabular-nums}
        caption{text-align:start;padding:.6rem 1rem;color:var(--muted);font-size:.875rem}
        th,td{padding:.5rem 1rem;text-align:start;vertical-align:top;border-top:1px solid var(--line)}
        thead th{font-size:.8125rem;color:var(--muted);font-weight:600;white-space:nowrap}
        tbody th{font-weight:500;min-width:9rem}
        td{white-space:nowrap}td.wide{min-width:14rem;white-space:normal}
        .chart tbody th{min-width:13rem}
        .bar{display:block;width:100%;min-width:10rem;height:.875rem;margin-top:.3rem}
        .part0{fill:var(--part0);background:var(--part0)}.part1{fill:var(--part1);background:var(--part1)}
        .part2{fill:var(--part2);background:var(--part2)}
        .legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;font-size:.875rem;color:var(--muted)}
        .legend span{display:inline-block;width:.75rem;height:.75rem;border-radius:.2rem;margin-right:.4rem}
        .snippet{position:relative}
        .snippet pre,.transcript{padding:.75rem 1rem;border-radius:.75rem;background:var(--raised);\
        border:1px solid var(--line);white-space:pre-wrap;overflow-wrap:anywhere}
        .snippet button{display:block;margin:.4rem 0 0 auto;font:inherit;font-size:.875rem;padding:.25rem .85rem;\
        border-radius:.5rem;border:1px solid var(--line);background:var(--page);color:var(--accent);cursor:pointer}
        .snippet button:hover{border-color:var(--accent)}
        .bottom{border-top:1px solid var(--line);padding-top:1.25rem;color:var(--muted);font-size:.875rem;\
        overflow-wrap:anywhere}
        @media (min-width:64rem){.layout{grid-template-columns:12.5rem minmax(0,1fr)}
        .toc{padding:1.75rem 0}.toc ul{display:block;position:sticky;top:1.75rem}.toc li+li{margin-top:.25rem}}
        @media (max-width:36rem){.letter{min-width:5.5rem;min-height:5.5rem;font-size:3.5rem;border-radius:1rem}
        .letter.wide{font-size:1.75rem;padding:0 .6rem}
        .letter{grid-row:auto}.verdict{grid-column:1/-1}
        .facts>div{grid-template-columns:minmax(0,1fr)}.facts dd{grid-column:1}.finding>.body,details>.body{padding-left:1rem}
        .scale li{min-width:1.6rem}}
        @media (prefers-reduced-motion:reduce){*{transition:none!important}}
        @media print{:root{--page:#fff;--raised:#fff;--ink:#000;--muted:#444;--line:#bbb;--accent:#000;--good:#0b4f1f;\
        --doubtful:#5e3a00;--bad:#850a20;--good-soft:#fff;--doubtful-soft:#fff;--bad-soft:#fff;--neutral-soft:#fff}
        .letter,.badge{border:1px solid var(--line)}html{font-size:10pt}.toc,.skip,.link,button{display:none!important}
        .layout{display:block}details,tr,.marks li{break-inside:avoid}h2,h3,summary{break-after:avoid}
        .scroll{overflow:visible}\
        .page{padding:0;max-width:none}}

        """

    /// What the page can do where scripts run: open what an address names, copy, and print what is folded. Without it all is there.
    package static let script: StaticString = """

        (()=>{const d=document,all=q=>d.querySelectorAll(q);
        const open=()=>{let e=null;try{e=d.getElementById(decodeURIComponent(location.hash.slice(1)))}catch(_){}
        for(let p=e;p;p=p.parentElement)if(p.localName==='details')p.open=true;if(e)e.scrollIntoView()};
        addEventListener('hashchange',open);open();
        addEventListener('beforeprint',()=>all('details:not([open])').forEach(e=>{e.open=true;e.dataset.folded=''}));
        addEventListener('afterprint',()=>all('[data-folded]').forEach(e=>{e.open=false;delete e.dataset.folded}));
        const said=d.createElement('p');said.className='unseen';said.setAttribute('role','status');
        d.querySelector('main').append(said);
        const old=e=>{const r=d.createRange();r.selectNodeContents(e);const s=getSelection();s.removeAllRanges();s.addRange(r);\
        d.execCommand('copy');s.removeAllRanges()};
        all('.copyable').forEach(e=>{const b=d.createElement('button');b.type='button';b.textContent='Copy';
        b.addEventListener('click',async()=>{try{await navigator.clipboard.writeText(e.textContent)}catch(_){old(e)}
        b.textContent='Copied';said.textContent='Copied.';setTimeout(()=>{b.textContent='Copy';said.textContent=''},2000)});
        e.after(b)})})()

        """
}
