package aifactory.reporting.html;

/** What every page begins and ends with. Stateless. */
final class PageFrame {
    private PageFrame() {}

    static void begin(Html html, String title) {
        html.resource("<!doctype html>\n");
        html.open("html", "lang", "en").open("head").line();
        html.empty("meta", "charset", "utf-8");
        html.empty("meta", "http-equiv", "Content-Security-Policy", "content", PageResources.contentSecurityPolicy());
        html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        html.empty("meta", "name", "color-scheme", "content", "light dark");
        html.element("title", title).line();
        html.open("style").resource(PageResources.style()).close();
        html.close().line();
        html.open("body").open("main").line();
    }

    static void end(Html html, String footer) {
        html.element("footer", footer).close().line();
        html.open("div", "class", "tip", "role", "status", "aria-live", "polite", "hidden", "");
        html.close().line();
        html.open("script").resource(PageResources.script()).close();
        html.close().close().line();
    }
}
