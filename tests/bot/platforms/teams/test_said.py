"""What somebody wrote in Teams, as they would read it aloud: all of it, once, and nothing else.

The HTML is what Teams' clients write: learn.microsoft.com/graph/api/resources/chatmessage.
"""

import json
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.platforms.teams.said import files, linked, plain, said
from tests.teams.world import Json

ME, SAM = "28:app", "29:sam"
MENTION = 'itemtype="http://schema.skype.com/Mention"'
REPLY = 'itemtype="http://schema.skype.com/Reply"'
PICTURE = 'itemtype="http://schema.skype.com/AMSImage"'
PATIENCE = 2.0  # seconds in which the worst message is read, on a machine that is busy


def mention(id: str, name: str, written: str | None = None) -> Json:
    text = f"<at>{name}</at>" if written is None else written
    return {"type": "mention", "mentioned": {"id": id, "name": name}, "text": text}


def span(name: str, number: int = 0) -> str:
    return f'<span {MENTION} itemscope="" itemid="{number}">{name}</span>'


def quote(author: str, preview: str, *, broken: bool = False) -> str:
    end = "" if broken else "</p>"
    return (
        f'<blockquote itemscope="" {REPLY} itemid="1690000000000">\r\n'
        f'<strong itemprop="mri" itemid="{author}">Somebody</strong>'
        f'<span itemprop="time" itemid="1690000000000"></span>\r\n'
        f'<p itemprop="preview">{preview}{end}\r\n</blockquote>\r\n'
    )


def written(html: str, text: str = "", entities: Sequence[Json] = ()) -> Json:
    return {
        "type": "message",
        "text": text,
        "textFormat": "plain",
        "attachments": [{"contentType": "text/html", "content": html}],
        "entities": [*entities],
    }


def bare(text: str, *entities: Json) -> Json:
    return {"type": "message", "text": text, "textFormat": "plain", "entities": [*entities]}


READ = {
    "a paragraph a line": ("<p>One</p>\r\n<p>two</p>", "One\ntwo"),
    "an empty line": ("<p>One</p>\r\n<p>&nbsp;</p>\r\n<p>two</p>", "One\n\ntwo"),
    "many empty lines": (f"<p>One</p>{'<p>&nbsp;</p>' * 5}<p>two</p>", "One\n\ntwo"),
    "breaks": ("<div>One<br>two<br/>three</div>", "One\ntwo\nthree"),
    "divs in divs": ("<div>\r\n<div>One</div>\r\n<div>two</div>\n</div>", "One\ntwo"),
    "blanks that do not break": ("<p>a&nbsp;&nbsp; b\xa0c</p>", "a b c"),
    "what stands for a sign": ("<p>a &lt;b&gt; &amp;amp; &quot;c&quot;</p>", 'a <b> &amp; "c"'),
    "looks": ("<p><strong>One</strong> <i>t<u>w</u>o</i> <s>three</s></p>", "One two three"),
    "a list": ("<p>Tried:</p><ul><li>a</li><li>b</li></ul><p>c</p>", "Tried:\n- a\n- b\nc"),
    "paragraphs in a list": ("<ul>\r\n<li><p>a</p></li>\r\n<li><p>b</p></li></ul>", "- a\n- b"),
    "steps": ('<ol start="3"><li>a</li><li>b</li></ol>', "3. a\n4. b"),
    "a list in steps": (
        "<ol><li>a<ul><li>x</li></ul></li><li>b</li></ol>",
        "1. a\n- x\n2. b",
    ),
    "a heading and a line": ("<h1>Log</h1><p>a</p><hr><p>b</p>", "Log\na\nb"),
    "a table": (
        "<table><tbody><tr><td><p>srv1</p></td><td><p>down</p></td></tr>"
        "<tr><th>srv2</th><th>up</th></tr></tbody></table><p>since 7</p>",
        "srv1 | down\nsrv2 | up\nsince 7",
    ),
    "an emoji": (
        '<p>Hi <img itemscope="" itemtype="http://schema.skype.com/Emoji" itemid="smile" '
        'src="https://a/b.png" title="Smile" alt="🙂" style="width:20px"/> '
        '<emoji id="cool" alt="😎" title="Cool"></emoji>!</p>',
        "Hi 🙂 😎!",
    ),
    "an emoji with words within": ('<emoji alt="😀">:)</emoji> hm', "😀 hm"),
    "a moving picture": (
        '<p><img alt="Cat (GIF Image)" src="https://a/b.gif"></p>',
        "Cat (GIF Image)",
    ),
    "a picture": (f'<p>See<img alt="image" {PICTURE} src="https://a/1"></p>', "See"),
    "a picture alone": (f'<p><img alt="image" {PICTURE} src="https://a/1"></p>', ""),
    "a file": ('<p>The log</p><attachment id="1"></attachment>', "The log"),
    "code": ("<p>Run <code>ping  -n 4</code> now</p>", "Run ping -n 4 now"),
    "a block of code": (
        '<p>Out:</p><codeblock class="Bash"><code>if a:<br>    b  c<br><br><br><br>d'
        "</code></codeblock><p>end</p>",
        "Out:\nif a:\n    b  c\n\n\n\nd\nend",
    ),
    "a block whose blanks do not break": (
        "<pre>a:\r\n&nbsp;&nbsp;b\xa0c\r\n</pre>",
        "a:\n  b c",
    ),
    "a block that begins with blanks": ("<pre><code>    a\n  b</code></pre>", "    a\n  b"),
    "a block in a block": ("<pre>a<pre>  b</pre>  c</pre> d", "a\n  b\n  c\nd"),
    "a quotation that is no answer": (
        "<blockquote>They said so</blockquote><p>Hm</p>",
        "They said so\nHm",
    ),
    "a link": (
        '<p><a href="https://a.example/x?b=1&amp;c">the log</a>.</p>',
        "the log (https://a.example/x?b=1&c).",
    ),
    "a link that says where": (
        '<a href="https://a.example/x">https://a.example/x</a>',
        "https://a.example/x",
    ),
    "a link that nearly says where": ('<a href="https://a.example/">a.example</a>', "a.example"),
    "a link to write to": ('<a href="mailto:sam@a.example">sam@a.example</a>', "sam@a.example"),
    "a picture that leads somewhere": (
        f'<a href="https://a.example/x"><img alt="image" {PICTURE}></a>',
        "https://a.example/x",
    ),
    "a link to nowhere": ('<a>x</a> <a href="">y</a> <a href="javascript:z()">z</a>', "x y z"),
    "what is not shown": (
        "<style>p {}</style><script>a()</script><!-- b --><p>c</p>",
        "c",
    ),
    "nothing": ("", ""),
    "what is not closed": ("<div><p>One<b>two<p>three <i>four", "Onetwo\nthree four"),
    "what was never opened": ("</p></div>One</b></blockquote></pre></at> two</li>", "One\ntwo"),
    "signs that look like tags": ("<p>1 < 2 and a<b</p>", "1 < 2 and a"),
    "a tag without an end": ("<p>One</p><a href='", "One"),
    "something that is no HTML": ("Plain & simple", "Plain & simple"),
    "a sign that no text has": ("<p>a\0b&#0;c</p><pre> d\0e</pre>", "ab\ufffdc\n de"),
}


@pytest.mark.parametrize(("html", "read"), READ.values(), ids=READ.keys())
def test_html_is_read(html: str, read: str) -> None:
    assert said(written(html), ME).text == read
    assert plain(html) == read


def test_the_bot_is_left_out_and_others_are_named() -> None:
    entities = [mention(ME, "ResolutionFlow"), mention(SAM, "Sam Example")]
    html = f"<p>{span('ResolutionFlow')}&nbsp;handover {span('Sam Example', 1)}</p>"
    found = said(written(html, entities=entities), ME)
    assert (found.text, found.mentions, found.quotes) == ("handover @Sam Example", True, False)


@pytest.mark.parametrize(
    "html",
    [
        "<div><div><at>Resolution&nbsp;Flow</at>&nbsp;start vpn</div></div>",
        '<p><at id="0">Resolution Flow</at> start vpn</p>',
        f"<p><readonly {MENTION}>{span('Resolution Flow')}</readonly> start vpn</p>",
        f"<p><span><b>{span('Resolution Flow')}</b></span> start vpn</p>",
        f"<p><span {MENTION}><span>Resolution</span> <b>Flow</b></span> start vpn</p>",
        f"<p>start {span('Resolution Flow')} vpn</p>",
        f"<p>start vpn {span('Resolution Flow')}</p>",
        f"<p>{span('@Resolution Flow')}</p>\r\n<p>start vpn</p>",
    ],
)
def test_however_the_bot_is_mentioned(html: str) -> None:
    found = said(written(html, entities=[mention(ME, "Resolution Flow")]), ME)
    assert (found.text, found.mentions) == ("start vpn", True)


def test_a_text_of_only_a_mention_says_nothing() -> None:
    entities = [mention(ME, "ResolutionFlow")]
    for each in (
        written(f"<p>{span('ResolutionFlow')}&nbsp;</p>", entities=entities),
        bare("<at>ResolutionFlow</at>\n", *entities),
        bare("<at>ResolutionFlow</at> <at>ResolutionFlow</at>", *entities),
    ):
        found = said(each, ME)
        assert (found.text, found.mentions) == ("", True)


def test_somebody_who_is_called_like_the_bot_is_not_the_bot() -> None:
    html = f"<p>ask {span('ResolutionFlow')}</p>"
    found = said(written(html, entities=[mention(SAM, "ResolutionFlow")]), ME)
    assert (found.text, found.mentions) == ("ask @ResolutionFlow", False)


def test_both_are_called_the_same_and_each_is_known_by_its_number() -> None:
    entities = [mention(SAM, "Flow"), mention(ME, "Flow")]
    html = f"<p>{span('Flow', 1)} handover {span('Flow', 0)}</p>"
    assert said(written(html, entities=entities), ME).text == "handover @Flow"


def test_mentions_are_read_where_there_is_no_html() -> None:
    entities = [mention(ME, "ResolutionFlow"), mention(SAM, "Sam")]
    text = "<at>ResolutionFlow</at> ask <at>Sam</at>  again\n"
    found = said(bare(text, *entities), ME)
    assert (found.text, found.mentions) == ("ask @Sam again", True)


def test_a_mention_that_is_not_in_the_text_changes_nothing() -> None:
    for entity in (
        mention(SAM, "Sam", ""),
        {"type": "mention", "mentioned": {"id": SAM, "name": "Sam"}},
        {"type": "mention"},
        {"type": "clientInfo", "locale": "en-US"},
        "nonsense",
    ):
        made: Json = {"text": "It is slow", "entities": [entity]}
        assert said(made, ME).text == "It is slow"


def test_an_answer_to_the_bot_is_known_and_what_it_quotes_is_left_out() -> None:
    found = said(written(f"{quote(ME, 'Is it on?')}<p>Yes, it is.</p>"), ME)
    assert (found.text, found.mentions, found.quotes) == ("Yes, it is.", False, True)


def test_an_answer_to_somebody_else_is_none_to_the_bot() -> None:
    found = said(written(f"{quote('8:orgid:1', 'Is it on?')}<p>Yes, it is.</p>"), ME)
    assert (found.text, found.quotes) == ("Yes, it is.", False)


def test_what_is_quoted_within_a_quotation_is_left_out_as_well() -> None:
    inner = quote(ME, "Deep")
    html = f"{quote('8:orgid:1', f'{inner}<div>and <b>more</b></div>')}<p>Mine</p>"
    found = said(written(html), ME)
    assert (found.text, found.quotes) == ("Mine", False)


def test_a_quotation_of_broken_html_swallows_nothing() -> None:
    for preview in ("<p>a<div>b", "<b>a", "a</p></div>"):
        html = f"{quote(ME, preview, broken=True)}<p>Mine</p>"
        found = said(written(html), ME)
        assert (found.text, found.quotes) == ("Mine", True)


def test_two_quotations_with_words_between() -> None:
    html = f"{quote('8:orgid:1', 'a')}<p>One</p>{quote(ME, 'b')}<p>two</p>"
    found = said(written(html), ME)
    assert (found.text, found.quotes) == ("One\ntwo", True)


def test_a_quotation_that_is_told_beside_the_text() -> None:
    told = {"type": "quotedReply", "quotedReply": {"messageId": "1", "senderId": ME}}
    found = said(bare('<quoted messageId="1"/> Yes', told), ME)
    assert (found.text, found.quotes) == ("Yes", True)
    other = {"type": "quotedReply", "quotedReply": {"messageId": "1", "senderId": SAM}}
    assert not said(bare('<quoted messageId="1"/> Yes', other), ME).quotes


def test_a_message_of_40000_characters_is_whole() -> None:
    words = [f"w{number:06}" for number in range(5_000)]
    html = "".join(f"<p>{' '.join(words[at : at + 10])}</p>" for at in range(0, 5_000, 10))
    assert said(written(html), ME).text.split() == words
    assert said(bare(" ".join(words)), ME).text.split() == words


@pytest.mark.parametrize(
    "worst",
    [
        "<", "<a ", "<!--", "<!", "<?", "&", "&#", "</", "<div>", "<p>", "<pre>", "<pre> <br>",
        "<blockquote>", "<at>", "<a href=x>", f"<blockquote {REPLY}>", " ", "&nbsp;", "<br>",
        "<![CDATA[", "<a b='", "<script>", "</script", "<td>", "<li>", "\n \n", "<hr>",
        "&#1", "<emoji>", "<b/ x", f"<span {MENTION}>",
    ],
)  # fmt: skip
def test_nobody_holds_us_up_with_a_message(worst: str) -> None:
    html = worst * (100_000 // len(worst))
    began = time.process_time()
    said(written(html), ME)
    said(bare(html, mention(ME, "ResolutionFlow")), ME)
    assert time.process_time() - began < PATIENCE


_TAGS = (
    *("p", "div", "br", "b", "at", "span", "pre", "code", "codeblock", "blockquote", "ul", "ol"),
    *("li", "a", "table", "tr", "td", "img", "hr", "emoji", "script"),
)
_PIECES = some.one_of(
    some.sampled_from([f"<{tag}>" for tag in _TAGS] + [f"</{tag}>" for tag in _TAGS]),
    some.sampled_from([f"<blockquote {REPLY}>", f"<span {MENTION}>", "\r\n", "&nbsp;", "\0"]),
    some.text(max_size=5),
)


@given(some.lists(_PIECES, max_size=30).map("".join))
def test_whatever_is_written_can_be_read(html: str) -> None:
    text = said(written(html), ME).text
    assert "\0" not in text
    assert text == text.strip("\n")


def test_files_of_a_message() -> None:
    attachments = [
        {"contentType": "text/html", "content": "<p>x</p>"},
        {
            "contentType": "application/vnd.microsoft.teams.file.download.info",
            "contentUrl": "https://acme.sharepoint.example/vpn.log",
            "name": "vpn.txt",
            "content": {"downloadUrl": "https://acme.sharepoint.example/d?x=1", "fileType": "log"},
        },
        {"contentType": "image/*", "contentUrl": "https://smba.example/v3/attachments/0/views/original"},
        {"contentType": "image/png", "contentUrl": "https://smba.example/v3/attachments/1/views/original"},
    ]  # fmt: skip
    found = files({"attachments": attachments})
    assert [(each.name, each.media_type) for each in found] == [
        ("vpn.txt", "text/plain"),
        ("picture-2.png", "image/png"),
        ("picture-3.png", "image/png"),
    ]
    assert found[0].reference == "https://acme.sharepoint.example/d?x=1"


def test_what_is_no_file_takes_none_of_the_others_away() -> None:
    good = {"contentType": "image/png", "contentUrl": "https://smba.example/1", "name": "a.png"}
    kind = "application/vnd.microsoft.teams.file.download.info"
    for odd in (
        {"contentType": kind},
        {"contentType": kind, "content": "x"},
        {"contentType": kind, "content": {"fileType": "log"}},
        {"contentType": None, "contentUrl": None},
        "nonsense",
        None,
    ):
        found = files({"attachments": [odd, good]})
        assert [each.name for each in found] == ["a.png"], json.dumps(odd)


def test_files_that_can_only_be_pointed_at() -> None:
    every = [
        {"contentType": "reference", "contentUrl": "https://acme.example/a", "name": "a.log"},
        {"contentType": "reference", "contentUrl": "https://acme.example/b"},
        {"contentType": "reference"},
        {"contentType": "messageReference", "content": "{}"},
    ]
    assert [*linked(every)] == ["a.log: https://acme.example/a", "File: https://acme.example/b"]
