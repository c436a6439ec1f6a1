internal import MailModel
internal import Reporting
internal import Store

extension Pages {
    /// A run that goes on: what is known so far. A script keeps it current; without one the browser asks again every two seconds.
    static func live(_ run: StoredRun, _ board: BoardState) -> HTML {
        let rows = board.rows.map { row in
            HTML.element(
                .li,
                inside: .element(.strong, text: row.name)
                    + .element(.span, .class(.muted), text: row.planned == 0 ? "" : "\(row.answered)/\(row.planned)")
                    + .element(.span, text: row.text))
        }
        return shell(
            "\(run.domain.forPeople): being graded", refresh: 2, scripts: [liveScript],
            main: .element(
                .section, .data("run", run.id),
                inside: .element(.h1, text: run.domain.forPeople)
                    + .element(.p, .class(.headline), .id("letters"), text: board.letters)
                    + .element(.p, .class(.muted, .time), .id("time"), text: board.time)
                    + .element(.ul, .class(.board), .id("board"), inside: rows.joined())
                    + .element(.p, .class(.unseen), .id("said"), .role("status"), text: "")
                    + .element(
                        .p, .class(.muted),
                        text: "You may close this page: the run goes on, and its result will be at this address.")))
    }

    /// Keeps a page of a run current. It says something at most every five seconds (WCAG 2.2, 4.1.3), and nothing that a server has said
    /// becomes anything but text.
    static let liveScript: StaticString = """

        (()=>{const d=document,m=d.querySelector('[data-run]');if(!m||!window.EventSource)return;
        const by=i=>d.getElementById(i);let last=0,spoken='';
        const say=t=>{const n=Date.now();if(t!==spoken&&n-last>=5000){last=n;spoken=t;by('said').textContent=t}};
        const put=(e,t)=>{if(e.textContent!==t)e.textContent=t};
        const show=b=>{put(by('letters'),b.letters);put(by('time'),b.time);const l=by('board');
        b.rows.forEach((r,i)=>{let e=l.children[i];if(!e){e=d.createElement('li');e.append(d.createElement('strong'),\
        d.createElement('span'),d.createElement('span'));e.children[1].className='muted';l.append(e)}
        put(e.children[0],r.name);put(e.children[1],r.planned?r.answered+'/'+r.planned:'');put(e.children[2],r.text)});
        say(b.letters+'. '+b.time)};
        const s=new EventSource('/runs/'+m.dataset.run+'/events?view=board');
        s.addEventListener('board',e=>show(JSON.parse(e.data)));
        s.addEventListener('ended',()=>{s.close();location.reload()})})()

        """

    /// What the pages of the service have besides the report.
    static let style: StaticString = """

        .nav{border-bottom:1px solid var(--line)}
        .nav nav{max-width:76rem;margin:0 auto;padding:.75rem clamp(1rem,4vw,2.5rem);display:flex;flex-wrap:wrap;gap:.3rem 1.5rem}
        .nav a:first-child{font-weight:600}
        .ask{display:grid;gap:.5rem;max-width:32rem;margin-top:1.25rem}
        .ask label{font-weight:600}
        input:not([type=checkbox]),select,button{font:inherit;color:inherit;padding:.55rem .75rem;border:1px solid var(--muted);\
        border-radius:.5rem;background:var(--page);max-width:100%;min-width:0}
        button{background:var(--accent);border-color:var(--accent);color:var(--page);font-weight:600;cursor:pointer;\
        justify-self:start;min-height:2.75rem}
        .snippet button,.panel .choice button{min-height:2.25rem}
        .board{list-style:none;display:grid;gap:.4rem;margin:1rem 0}
        .board li{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:.1rem 1rem;padding:.5rem .75rem;\
        border:1px solid var(--line);border-radius:.5rem;overflow-wrap:anywhere}
        .board li span:last-child{grid-column:1/-1}
        .panel{display:grid;gap:.9rem;padding:1.25rem 0;border-bottom:1px solid var(--line)}
        .choice{display:flex;flex-wrap:wrap;gap:.4rem 1rem;align-items:center;list-style:none;padding:0}
        .panel form.choice label{display:block;width:100%}
        .panel [aria-current]{font-weight:600;color:var(--ink);text-decoration:none}
        .panel details .body{display:grid;gap:.6rem}
        .panel input[type=checkbox]{width:1.15rem;height:1.15rem;vertical-align:-.2rem;margin-right:.4rem}
        .time{min-height:1.6rem}
        svg.chart{display:block;max-width:100%;height:9rem}

        """
}
