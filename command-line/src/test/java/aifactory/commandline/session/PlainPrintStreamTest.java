package aifactory.commandline.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No text that is printed makes a terminal do anything. */
final class PlainPrintStreamTest {
    private static String printed(boolean keepsColours, Consumer<PlainPrintStream> print) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PlainPrintStream stream =
                PlainPrintStream.of(new PrintStream(bytes, true, StandardCharsets.UTF_8), keepsColours);
        print.accept(stream);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u001b[2J",
                "\u001b]0;title\u0007",
                "\u001b]52;c;cm0gLXJm\u001b\\",
                "\u009b2J",
                "a\rb",
                "a\bb",
                "\u0000",
                "\u007f",
                "\u202eabc",
                "\u2066abc",
                "\u001bPx\u001b\\"
            })
    void everyWayOfPrintingIsPlain(String hostile) {
        for (String text : new String[] {
            printed(false, stream -> stream.print(hostile)),
            printed(false, stream -> stream.println(hostile)),
            printed(false, stream -> stream.print((Object) hostile)),
            printed(false, stream -> stream.println((Object) hostile)),
            printed(false, stream -> stream.print(hostile.toCharArray())),
            printed(false, stream -> stream.println(hostile.toCharArray())),
            printed(false, stream -> stream.printf("%s", hostile)),
            printed(false, stream -> stream.append(hostile)),
            printed(true, stream -> stream.println(hostile))
        }) {
            assertThat(text).contains("?").doesNotContainPattern("[\\p{Cc}\\u202a-\\u202e\\u2066-\\u2069&&[^\\n]]");
        }
    }

    @Test
    void whatIsNoControlStaysAsItIs() {
        String text = "Grüße, 日本語, \\d $1 \ttab\nnext line\r\n";
        assertThat(printed(false, stream -> stream.print(text))).isEqualTo(text);
        assertThat(printed(false, stream -> stream.println("a\\"))).isEqualTo("a\\" + System.lineSeparator());
    }

    @Test
    void coloursStayWhereThisProgramHasPutThem() {
        assertThat(printed(true, stream -> stream.printColoured("\u001b[31mred\u001b[0m\u001b[8m\u001b[30m\u001b[m")))
                .isEqualTo("\u001b[31mred\u001b[0m?[8m?[30m?[m");
        assertThat(printed(false, stream -> stream.printColoured("\u001b[31mred")))
                .isEqualTo("?[31mred");
        assertThat(printed(true, stream -> stream.print("\u001b[31mred"))).isEqualTo("?[31mred");
        assertThat(printed(true, stream -> stream.println("\u001b[32mVALID\u001b[0m")))
                .startsWith("?[32mVALID?[0m");
    }
}
