package io.cryptobot.smoke.localservices;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;

/** A page under construction. Whatever is put in as text is escaped; only names of elements and classes are taken as they are. */
final class Html {
    private static final Pattern BOLD = Pattern.compile("(?<![\\w*])\\*([^*\\n]+)\\*(?![\\w*])");
    private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
    private static final Pattern LINK = Pattern.compile("&lt;(https?://[^|&\\s]+)\\|([^&]+)&gt;");

    private final StringBuilder page = new StringBuilder();

    /** Puts in markup of this program's own. */
    Html raw(String markup) {
        page.append(markup);
        return this;
    }

    Html text(String text) {
        page.append(escape(text));
        return this;
    }

    /** Puts in one element around a text; nothing where the text is empty. */
    Html element(String name, String cssClass, String text) {
        return text.isEmpty()
                ? this
                : raw("<" + name + " class=\"" + cssClass + "\">").text(text).raw("</" + name + ">");
    }

    /** Puts in a link; only the text where the address is none of the web, since an address can be a script. */
    Html link(String cssClass, String address, String text) {
        if (!isWeb(address)) {
            return element("span", cssClass, text);
        }
        return raw("<a class=\"" + cssClass + "\" rel=\"noreferrer\" href=\"")
                .text(address)
                .raw("\">")
                .text(text)
                .raw("</a>");
    }

    /** Puts in a text with the marks that Slack knows: bold, code and links. */
    Html slackText(String cssClass, String text) {
        if (text.isBlank()) {
            return this;
        }
        String marked = LINK.matcher(escape(text)).replaceAll("<a rel=\"noreferrer\" href=\"$1\">$2</a>");
        marked = BOLD.matcher(marked).replaceAll("<b>$1</b>");
        marked = CODE.matcher(marked).replaceAll("<code>$1</code>");
        return raw("<div class=\"" + cssClass + "\">").raw(marked).raw("</div>");
    }

    private static boolean isWeb(String address) {
        try {
            String scheme = URI.create(address).getScheme();
            return scheme != null && scheme.toLowerCase(Locale.ROOT).matches("https?");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    @Override
    public String toString() {
        return page.toString();
    }
}
