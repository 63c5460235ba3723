//! The command line: exit codes, messages, and files that are what they claim to be.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test may panic, and needs no documentation")]

use std::{
    env, fs,
    path::PathBuf,
    process::{Command, Output},
};

use roxmltree::{Document, Node};
use serde_json::{Value, json};

const TUCKER: &str = "abc,ai,bj,ck->ijk";

/// A grid of five by six.
const GRID: &str = "ab,bcd,def,fgh,hij,jk,alm,cmno,eopq,gqrs,istu,kuv,lwx,nxyz,pzAB,rBCD,tDEF,vFG,wHI,yIJK,AKLM,CMNO,EOPQ,GQR,HS,JST,LTU,NUV,PVW,RW->";

/// The einsums that are drawn: every kind of label, and up to thirty operands.
const DRAWN: [(&str, &str); 10] = [
    (
        GRID,
        "a=3,b=3,c=3,d=3,e=3,f=3,g=3,h=3,i=3,j=3,k=3,l=3,m=3,n=3,o=3,p=3,q=3,r=3,s=3,t=3,u=3,v=3,w=3,x=3,y=3,z=3,A=3,B=3,C=3,D=3,E=3,F=3,G=3,H=3,I=3,J=3,K=3,L=3,M=3,N=3,O=3,P=3,Q=3,R=3,S=3,T=3,U=3,V=3,W=3",
    ),
    (TUCKER, ""),
    (TUCKER, "a=128,b=64,c=3,i=32,j=32,k=2"),
    ("bqhd,bkhd->bhqk", "b=8,q=512,k=512,h=12,d=64"),
    ("iij,jk,k,,lm->kxy", "x=3,y=4"),
    ("ii->", ""),
    ("ij,ij,ij->", "i=1000000,j=1000000"),
    ("ab,bc,cd,de,ef,fg,gh->ah", ""),
    ("[batch, head, query, key] = queries[batch, query, head, feature] * keys[batch, key, head, feature]", ""),
    ("abc,cde,efg,ghi,ijk,kla,bdm,mfn,nhp,pjl->", "a=10,b=2,c=10,d=2,e=10,f=2,g=10,h=2,i=10,j=2,k=10,l=2,m=3,n=3,p=3"),
];

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cargo-einsum")).args(arguments).output().unwrap()
}

fn stdout(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Of a command that must fail with 2 and say why, and nothing else.
fn complaint(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// The file that an option writes.
fn written(option: &str, name: &str, subscripts: &str, extents: &str) -> String {
    let path = file(name);
    let mut arguments = vec!["explain", subscripts, option, path.to_str().unwrap()];
    if !extents.is_empty() {
        arguments.extend(["--extents", extents]);
    }
    assert_eq!(stdout(&arguments), "");
    fs::read_to_string(path).unwrap()
}

#[test]
fn the_table_is_that_of_the_library() {
    let tokens = format!("einsum; \"{TUCKER}\"; a = 128, i = 32").parse().unwrap();
    let explanation = einsum_codegen::explanation(tokens, None).ok().unwrap();
    let expected = format!("{explanation}\n");
    assert_eq!(stdout(&["explain", TUCKER, "--extents", "a=128,i=32"]), expected);
    // As cargo calls it.
    assert_eq!(stdout(&["einsum", "explain", TUCKER, "--extents", "a=128", "--extents", "i=32"]), expected);
}

/// Gradients may be best in another order.
#[test]
fn gradients_are_asked_for() {
    let chain = "i,ikl,l->k; i = 3, k = 3, l = 4";
    let (value, vjp) = (stdout(&["explain", chain]), stdout(&["explain", chain, "--vjp"]));
    assert!(value.contains("tree: (A C) B") && value.contains("with gradients"), "{value}");
    assert!(vjp.contains("tree: A (B C)") && vjp.contains("the value and its gradients"), "{vjp}");
}

#[test]
fn mistakes_are_told_as_by_the_macro() {
    let message = "error: output label `q` is on no operand, so that its extent is unknown\n    ij,jk->iq\n            ^\n\
                   help: drop `q` from the output, or give its extent: `--extents q=7`\n";
    assert_eq!(complaint(&["explain", "ij,jk->iq"]), message);
    assert_eq!(complaint(&["expand", "ij,jk->iq"]), message);
    for subscripts in ["i#,jk", "ij=>k", "ij->k->l", "((ij,jk->ik", "ij,jk->i,k", "i..,j"] {
        let tokens = format!("einsum; \"{subscripts}\", a, b").parse().unwrap();
        let Err(errors) = einsum_codegen::parse::invocation(tokens) else { panic!("{subscripts} is valid") };
        let expected: Vec<String> = errors.0.iter().map(|mistake| format!("error: {}\n", mistake.message)).collect();
        let expected = expected.concat();
        assert_eq!(complaint(&["explain", subscripts]), expected);
        assert_eq!(complaint(&["expand", subscripts]), expected);
    }
}

#[test]
fn other_wrong_input_is_told_too() {
    assert_eq!(complaint(&["explain", "ij->i", "--extents", "q=3"]), "error: `q` is no label of `ij->i`\n");
    assert_eq!(complaint(&["explain", "ij->i", "--extents", "3=3"]), "error: `3` is no label\n");
    assert!(complaint(&["explain", "ij->i", "--extents", "i"]).contains("such as `b=64`"));
    assert_eq!(
        complaint(&["explain", "ij->in; n"]),
        "error: `n` after the semicolon: expected the extent of a label, such as `b=64`\n"
    );
    assert_eq!(
        complaint(&["explain", "ij->in; n = 7", "--extents", "n=7"]),
        "error: the extent of `n` is given twice\n"
    );
    assert!(complaint(&["explain", "ij->i", "--extents", "i=-1"]).contains("expected a whole number"));
    assert!(complaint(&["explain", "[i] = x[i"]).contains("left open"));
    assert!(complaint(&["explain", "[i] = x[i, 3.5]"]).contains("labels are identifiers"));
    let within = |limit| ["explain", "ij,jk,kl->il", "--extents", "i=10,j=2,k=10,l=3", "--max-intermediate", limit];
    assert!(complaint(&within("0")).ends_with("however it is sliced; the smallest possible is 1\n"));
    assert!(stdout(&within("5")).contains("slices                l in 2 blocks of 2\n"));
    for (input, what) in [
        ("[i] = relu(x[i])", "is not for formulas"),
        ("{ let e[i] = exp(x[i]); [i] = e[i] / sum[i](e[i]) }", "is not for formulas"),
        ("fn f(x, w) = \"ij,jk->ik\";", "max_intermediate = 1000;`"),
        ("b/dp i, i j -> b/dp j", "is not for sharded einsums"),
    ] {
        let message = complaint(&["explain", input, "--max-intermediate", "5"]);
        assert!(message.contains(what), "{input}: {message}");
    }
    assert!(complaint(&["explain"]).contains("Usage"));
    assert_eq!(run(&["explain", "i->", "--svg", "/nowhere/at/all.svg"]).status.code(), Some(1));
}

#[test]
fn blocks_of_statements_are_explained_and_expanded() {
    let softmax = "{ let e[i, j] = exp(x[i, j] * w[j]); [i, j] = e[i, j] / sum[j](e[i, j]) }; i = 3";
    let text = stdout(&["explain", softmax]);
    // (`y` is written over `e`, which nothing reads later.)
    assert!(text.contains("i = given") && text.contains("map y[i, j] = exp(") && text.contains("gradients"), "{text}");
    assert!(stdout(&["explain", softmax, "--vjp"]).contains("gradients"));
    assert!(stdout(&["expand", softmax]).contains("local_t0_"));
    assert!(stdout(&["expand", softmax, "--vjp"]).contains("gradient_0_"));
    let open = complaint(&["explain", "let e[i] = x[i]; [i] = e[i]"]);
    assert!(open.contains("stand in braces"), "{open}");
    let twice = complaint(&["explain", "{ let e[i] = x[i]; let e[i] = x[i]; [i] = e[i] }"]);
    assert!(twice.contains("`e` is computed twice"), "{twice}");
}

#[test]
fn functions_are_explained_and_expanded() {
    let attention = "/// Attention.
        pub fn attention(q, k, v) -> [i, d] {
            let s[i, j] = q[i, e] * k[j, e];
            let p[i, j] = exp(s[i, j] - max[j](s[i, j]));
            p[i, j] * v[j, d] / sum[j](p[i, j])
        }
        fn matmul(x, w) = \"ij,jk->ik\";
        fn linear(x, w) -> [i, k] { x[i, j] * w[j, k] }";
    let text = stdout(&["explain", attention]);
    for name in ["attention\n", "matmul\n", "linear\n", "contract p[i, j] = q[i, e] * k[j, e]", "ij,jk->ik"] {
        assert!(text.contains(name), "{name} in\n{text}");
    }
    assert!(stdout(&["expand", attention]).contains("pub mod attention {"));
    let wrong = "fn f(x) -> [i] { relu(x[i, j]) }";
    for command in ["explain", "expand"] {
        let message = complaint(&[command, wrong]);
        assert!(message.contains("relu(sum[j](x[i, j]))") && message.matches("error: ").count() == 1, "{message}");
    }
    assert!(complaint(&["explain", attention, "--dot"]).contains("drawings are of one einsum"));
    assert!(complaint(&["explain", attention, "--extents", "i=3"]).contains("`fn f(x; i = 7)`"));
    let fixed = "fn mul<const N: usize>(x: [[f32; N]; 4], w: [[f32; 3]; N]) = \"ij,jk->ik\";";
    assert!(stdout(&["explain", fixed]).contains("i = 4, k = 3"));
    assert!(stdout(&["expand", fixed]).contains("-> [[f32; 3]; 4]"));
    // Labels may be called so.
    assert!(stdout(&["explain", "fn->nf"]).contains("nf"));
}

/// Extents may stand where the macros have them.
#[test]
fn extents_may_follow_a_semicolon() {
    for (subscripts, plain) in [
        ("ij->ijn; n = 7, j = 3", "ij->ijn"),
        ("[i, j, n] = x[i, j]; n = 7, j = 3", "[i, j, n] = x[i, j]"),
        ("ij->ijn;n=7,j=3,", "ij->ijn"),
    ] {
        let expected = stdout(&["explain", plain, "--extents", "n=7,j=3"]);
        assert_eq!(stdout(&["explain", subscripts]), expected);
        assert!(stdout(&["expand", subscripts]).contains('7'));
    }
    let both = stdout(&["explain", "ij->ijn; n = 7", "--extents", "j=3"]);
    assert_eq!(both, stdout(&["explain", "ij->ijn", "--extents", "n=7,j=3"]));
}

#[test]
fn expansions_are_rust() {
    for subscripts in ["bik,jkl->bij", "ii->i", ",->", "[row] = x[row, inner] * w[inner]"] {
        let value = stdout(&["expand", subscripts]);
        let pullback = stdout(&["expand", subscripts, "--vjp"]);
        for text in [&value, &pullback] {
            syn::parse_str::<syn::Expr>(text).unwrap();
            assert!(text.contains(" as runtime;") && text.ends_with("}\n"), "{text}");
        }
        assert_ne!(value, pullback);
    }
    assert!(stdout(&["expand", "i->ij", "--extents", "j=7"]).contains('7'));
    assert!(stdout(&["expand", "bik,jkl->bij"]).starts_with("match (&a, &b) {"));
}

#[test]
fn drawings_are_svg_with_everything_in_it() {
    for (number, (subscripts, extents)) in DRAWN.into_iter().enumerate() {
        let text = written("--svg", &format!("{number}.svg"), subscripts, extents);
        let document = Document::parse(&text).unwrap();
        let texts: Vec<&str> =
            document.descendants().filter(|node| node.has_tag_name("text")).filter_map(|n| n.text()).collect();
        let is_label = |node: &Node<'_, '_>| node.attribute("class") == Some("label");
        let drawn: Vec<&str> = document.descendants().filter(is_label).filter_map(|node| node.text()).collect();
        let mut drawn: Vec<&str> = drawn.iter().filter_map(|text| text.split(" = ").next()).collect();
        drawn.sort_unstable();
        assert_eq!(drawn, labels(subscripts), "{subscripts}");
        for extent in extents.split(',').filter(|extent| !extent.is_empty()) {
            assert!(texts.contains(&extent.replace('=', " = ").as_str()), "{extent} of {subscripts}");
        }
        assert!(texts.iter().any(|text| text.contains("flop")), "{subscripts}");
        assert!(!text.contains("baseline"), "`{subscripts}` is drawn with what many viewers do not know");
        let below = middles(&document);
        assert!(below.iter().all(|below| (3.5..6.5).contains(below)), "{subscripts}: {below:?}");
        let clashes = overlaps(&document);
        assert!(clashes.is_empty(), "{subscripts}: {clashes:?}");
    }
}

/// How far the baselines of names of operands are below the middle of their nodes: about a third of the font.
fn middles(document: &Document<'_>) -> Vec<f64> {
    let number = |node: &Node<'_, '_>, name| node.attribute(name).unwrap().parse::<f64>().unwrap();
    let names = document.descendants().filter(|node| node.attribute("class") == Some("name"));
    let boxed = names.filter_map(|name| {
        let node = name.prev_sibling_element().filter(|node| node.has_tag_name("rect"))?;
        Some(number(&name, "y") - number(&node, "y") - number(&node, "height") / 2.0)
    });
    // The name in a box of the tree is above what else is in it.
    let boxed: Vec<f64> = boxed.filter(|below| *below > 0.0).collect();
    assert!(!boxed.is_empty());
    boxed
}

/// Letters left of the arrow, or the words in brackets.
fn labels(subscripts: &str) -> Vec<String> {
    let words = subscripts.contains('[');
    let inside = |text: &str| -> Vec<String> {
        let brackets = text.split('[').skip(1).filter_map(|rest| rest.split(']').next());
        brackets.flat_map(|bracket| bracket.split(',').map(|word| word.trim().to_owned())).collect()
    };
    let letters = || subscripts.chars().filter(|c| c.is_alphabetic()).map(String::from).collect();
    let mut labels: Vec<String> = if words { inside(subscripts) } else { letters() };
    labels.sort();
    labels.dedup();
    labels
}

/// Texts of labels and names of operands in the network that would be written over each other, at 7 px a letter.
fn overlaps(document: &Document<'_>) -> Vec<String> {
    let is_node = |node: &Node<'_, '_>| matches!(node.attribute("class"), Some("label" | "name"));
    let network = document.descendants().find(|node| node.has_tag_name("g")).unwrap();
    let nodes: Vec<Node<'_, '_>> = network.descendants().filter(is_node).collect();
    let place = |node: &Node<'_, '_>| {
        let number = |name| node.attribute(name).unwrap().parse::<f64>().unwrap();
        (number("x"), number("y"), 3.5 * f64::from(u32::try_from(node.text().unwrap().chars().count()).unwrap()))
    };
    let mut found = Vec::new();
    for (number, a) in nodes.iter().enumerate() {
        for b in &nodes[..number] {
            let ((ax, ay, aw), (bx, by, bw)) = (place(a), place(b));
            if (ax - bx).abs() < aw + bw && (ay - by).abs() < 15.0 {
                found.push(format!("{} on {}", a.text().unwrap(), b.text().unwrap()));
            }
        }
    }
    found
}

#[test]
fn the_page_is_whole() {
    for (number, (subscripts, extents)) in DRAWN.into_iter().enumerate() {
        let text = written("--html", &format!("{number}.html"), subscripts, extents);
        let document = Document::parse(text.strip_prefix("<!DOCTYPE html>\n").unwrap()).unwrap();
        let count = |tag: &str| document.descendants().filter(|node| node.tag_name().name() == tag).count();
        let identifiers: Vec<&str> =
            document.descendants().filter(|node| node.has_tag_name("mi")).filter_map(|node| node.text()).collect();
        for label in labels(subscripts) {
            assert!(identifiers.contains(&label.as_str()), "{label} is in no formula of {subscripts}");
        }
        let formulas = document.descendants().filter(|node| node.attribute("class") == Some("formula")).count();
        let trees = count("details");
        assert_eq!(count("svg"), 1 + trees, "a network, and each tree");
        let operands = subscripts.split("->").next().unwrap().matches(',').count() + 1;
        let is_words = subscripts.contains('[');
        assert_eq!(formulas, if is_words { 3 } else { 1 + operands }, "the value and each gradient");
        assert!(!text.contains('`'), "code is marked as such");
        for outside in ["http:", "https:", "src=", "url(", "@import", "<link"] {
            assert!(!text.contains(outside), "`{outside}` in the page of {subscripts}");
        }
    }
}

#[test]
fn dot_has_every_operand_and_label() {
    let text = stdout(&["explain", "bij,bjk,k->bk", "--extents", "i=3", "--dot"]);
    assert!(text.starts_with("graph einsum {") && text.ends_with("}\n"));
    for line in [
        "operand_0 -- operand_1 [label=\"j\"];",
        "operand_0 -- dot_0;",
        "operand_1 -- dot_0;",
        "dot_0 -- open_0;",
        "dot_1 [shape=point, xlabel=\"i = 3\"];",
        "operand_2 [label=\"C\", shape=circle];",
    ] {
        assert!(text.contains(line), "`{line}` is missing in\n{text}");
    }
    assert_eq!(text.matches('{').count(), text.matches('}').count());
}

/// Chromium, with its own fonts: no text over another, none outside of its drawing.
#[test]
#[ignore = "needs chromium on the path"]
fn chromium_shows_the_page_without_overlaps() {
    const SCRIPT: &str = "<script>\n\
        const found = [], apart = (a, b) => a.right <= b.left + 1 || b.right <= a.left + 1 || a.bottom <= b.top + 3 || b.bottom <= a.top + 3;\n\
        for (const svg of document.querySelectorAll('svg')) {\n\
          const whole = svg.getBoundingClientRect(), texts = [...svg.querySelectorAll('text')];\n\
          const boxes = texts.map(text => text.getBoundingClientRect());\n\
          boxes.forEach((a, i) => {\n\
            if (a.left < whole.left || a.right > whole.right || a.top < whole.top || a.bottom > whole.bottom) found.push('clipped: ' + texts[i].textContent);\n\
            boxes.slice(0, i).forEach((b, j) => { if (!apart(a, b)) found.push(texts[i].textContent + ' on ' + texts[j].textContent); });\n\
          });\n\
        }\n\
        document.body.setAttribute('data-found', found.length ? found.join('; ') : 'nothing');\n</script></body>";
    for (number, (subscripts, extents)) in DRAWN.into_iter().enumerate() {
        let page = written("--html", &format!("measured_{number}.html"), subscripts, extents);
        let path = file(&format!("measured_{number}.html"));
        fs::write(&path, page.replace("</body>", SCRIPT)).unwrap();
        let url = format!("file://{}", path.display());
        let arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--window-size=1200,1600", "--dump-dom", &url];
        let output = Command::new("chromium").args(arguments).output().expect("chromium is installed");
        let shown = String::from_utf8_lossy(&output.stdout).into_owned();
        let found = shown.split("data-found=\"").nth(1).and_then(|rest| rest.split('"').next());
        assert_eq!(found, Some("nothing"), "{subscripts}");
    }
}

/// They are shown twice: from a file, and, in the documentation, which has no files, from its bytes as text.
#[test]
fn pictures_of_documents_are_what_is_drawn() {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs"));
    for (name, subscripts, extents) in
        [("network", "ij,jk,kl->il", "i=100,j=10,k=100,l=10"), ("layer", "bik,jkl->bij", "b=64,i=128,k=256,j=256,l=16")]
    {
        let picture = written("--svg", &format!("documented-{name}.svg"), subscripts, extents);
        let text = base64(picture.as_bytes());
        let [svg, base64] = ["svg", "base64"].map(|ending| folder.join(name).with_extension(ending));
        if env::var_os("BLESS").is_some() {
            fs::write(&svg, &picture).unwrap();
            fs::write(&base64, &text).unwrap();
        }
        assert_eq!(fs::read_to_string(svg).unwrap(), picture, "BLESS=1 writes the picture");
        assert_eq!(fs::read_to_string(base64).unwrap(), text, "BLESS=1 writes the picture");
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let three = |chunk: &[u8]| {
        let at = |n: usize| u32::from(chunk.get(n).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        let digit = |n: usize| if n <= chunk.len() { DIGITS[(bits >> (18 - 6 * n) & 63) as usize] } else { b'=' };
        [0, 1, 2, 3].map(|n| char::from(digit(n)))
    };
    bytes.chunks(3).flat_map(three).collect()
}

#[test]
fn sharded_einsums_are_explained_with_what_is_sent() {
    let sharded = "b/dp i, i j/tp -> b/dp j/tp";
    let text = stdout(&["explain", sharded, "--mesh", "dp=2,tp=4", "--extents", "b=64,i=128,j=256"]);
    assert!(text.starts_with(&format!("{sharded}\n")), "{text}");
    assert!(text.contains("all-reduce of c1 over tp -> dA = b/dp i: 2 (tp-1)/tp * b/dp * i = 6144 words"), "{text}");
    assert!(text.contains("lower bound on 8 processes"), "{text}");
    // Of uneven extents what the process sends that sends the most: 3 of 5 rows, of 7 columns.
    let text = stdout(&["explain", sharded, "--mesh", "dp=2,tp=3", "--extents", "b=5,i=7,j=4"]);
    assert!(text.contains("* b/dp * i <= 28 words"), "{text}");
    let gathered = "i/dp k, k j/tp -> i j";
    let text = stdout(&["explain", gathered, "--mesh", "dp=2,tp=2", "--extents", "i=512,k=2,j=512"]);
    let plan = |text: &str| {
        text.lines()
            .filter(|line| line.contains(" over "))
            .map(|line| line.split(':').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    // The plan is that of the macro, which knows extents that stand in it, and not those of its operands.
    assert_eq!(plan(&text), plan(&stdout(&["explain", gathered])));
    let known = stdout(&["explain", "i/dp k, k j/tp -> i j; i = 512, k = 2, j = 512", "--mesh", "dp=2,tp=2"]);
    assert_ne!(plan(&text), plan(&known), "{text}\n{known}");
    let text = stdout(&["explain", "[b, j] = x[b/dp, i] * w[i, j]"]);
    assert!(text.contains("all-gather of t0 over dp -> t1 = b j: (dp-1)/dp * b * j words"), "{text}");
    // Labels may be keywords.
    let keyword = "[b, out] = x[b/dp, in] * w[in, out]";
    let text = stdout(&["explain", keyword, "--mesh", "dp=2", "--extents", "b=4,in=3,out=5"]);
    assert!(text.contains("(dp-1)/dp * b * out = 10 words") && text.contains("dw = in out"), "{text}");
    let text = complaint(&["explain", "b/dp i/dp, i j -> b j"]);
    assert!(text.contains("`i` and `b` of one tensor are both sharded over `dp`\n    b/dp i/dp, i j -> b j"), "{text}");
    assert!(complaint(&["explain", sharded, "--mesh", "dp"]).contains("`dp=2`"));
    assert!(complaint(&["explain", sharded, "--dot"]).contains("not drawn"));
}

/// A program whose macros are of every kind, right and wrong, in arguments of other macros and in none that is made by one.
const PROGRAM: &str = r#"#!/usr/bin/env run-cargo-script
//! `einsum!("ij->i", x)` in a comment is none.
use einsum::{einsum, einsum_fn, einsum_vjp};

einsum_fn! {
    fn matmul(x, w) = "ij,jk->ik";
}
macro_rules! trace { ($x:expr) => { einsum!($subscripts, $x) } }
fn main() {
    let n = 3;
    assert_eq!(einsum::einsum!("ij,jk,kl->il", x, w + 1.0, v; i = n, l = 4)[[0, 0]], 1.0);
    einsum!("ij->ji", x, out = &mut y, alpha = 2.0); einsum!(y[i] += max[j](x[i, j]));
    let (y, back) = einsum_vjp!("ij,jk->iq",
        x, w);
    let (y, dy) = einsum_jvp!("ij,j->i", (x, dx), w);
    let z = einsum_mpi!("b/dp i,i j->b/dp j", x, w);
}
"#;

fn program(name: &str) -> String {
    let path = file(name);
    fs::write(&path, PROGRAM).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn all_macros_of_a_file_are_explained() {
    let path = program("explained.rs");
    let output = run(&["explain", &path]);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stdout).unwrap();
    let titles: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix(path.as_str())).collect();
    let places = [
        "5:1: einsum_fn!",
        "11:24: einsum!",
        "12:5: einsum!",
        "12:54: einsum!",
        "15:19: einsum_jvp!",
        "16:13: einsum_mpi!",
    ];
    assert_eq!(titles, places.map(|place| format!(":{place}")));
    for part in ["matmul\n\neinsum ", "ij,jk,kl->il", "l = 4; i, j, k unknown", "max[j]", "dp"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let complaint = String::from_utf8(output.stderr).unwrap();
    let expected = format!("error: {path}:13:33: output label `q` is on no operand");
    assert!(complaint.starts_with(&expected), "{complaint}");
}

#[test]
fn files_are_refused_in_words() {
    let missing = run(&["explain", "no/such/file.rs"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8(missing.stderr).unwrap().starts_with("error: no/such/file.rs: "));
    let open = file("open.rs");
    fs::write(&open, "fn main() {\n    einsum!(\"i->\", x;\n}").unwrap();
    let complaint = complaint(&["explain", open.to_str().unwrap()]);
    assert!(complaint.contains("open.rs:") && complaint.contains("left open"), "{complaint}");
    let path = program("refused.rs");
    for arguments in [
        ["explain", &path, "--vjp"].as_slice(),
        &["explain", &path, "--dot"],
        &["explain", &path, "--extents", "i=3"],
        &["expand", &path],
    ] {
        assert!(self::complaint(arguments).starts_with("error: "), "{arguments:?}");
    }
}

#[test]
fn explanations_are_json() {
    let text = stdout(&["explain", "ij,jk->ik; i = 3", "--json"]);
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["extents"], json!({ "i": 3 }));
    assert_eq!(json["unknown"], json!(["j", "k"]));
    let flops = json!([{ "coefficient": 6.0, "labels": ["j", "k"], "text": "6jk" }]);
    assert_eq!(json["trees"][0]["flops"], flops);
    assert_eq!(json["trees"][0]["steps"][0]["subscripts"], "ij,jk->ik");
    assert_eq!(json["trees"][0]["gradients"].as_array().unwrap().len(), 2);
    let formula: Value = serde_json::from_str(&stdout(&["explain", "[i] = relu(x[i])", "--json"])).unwrap();
    assert!(formula["text"].as_str().unwrap().contains("relu"));

    let output = run(&["explain", &program("json.rs"), "--json"]);
    assert_eq!(output.status.code(), Some(2));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let calls = json["calls"].as_array().unwrap();
    assert_eq!(calls.len(), 7);
    assert_eq!((&calls[1]["line"], &calls[1]["column"]), (&json!(11), &json!(24)));
    assert!(calls[1]["explanation"]["trees"].is_array() && calls[3]["explanation"]["text"].is_string());
    assert_eq!(calls[4]["mistakes"][0]["line"], json!(13));
    assert!(calls[4]["mistakes"][0]["message"].as_str().unwrap().contains("`q`"));
}

/// What is wrong about an axis is said, and not that a `/` means nothing without one.
#[test]
fn an_axis_that_is_missing() {
    let text = complaint(&["explain", "b/dp k, k/ j -> b/dp j"]);
    assert!(text.contains("an axis of the mesh is missing"), "{text}");
    let text = complaint(&["explain", "ij,jk->ik / 2"]);
    assert!(!text.contains("mesh"), "{text}");
}

#[test]
fn shells_complete_commands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let text = stdout(&["completions", shell]);
        assert!(text.contains("explain") && text.contains("max-intermediate"), "{shell}: {text}");
    }
}
