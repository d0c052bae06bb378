package io.cryptobot.trading.xchange;

import static io.cryptobot.trading.xchange.FailureAssertions.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.knowm.xchange.currency.CurrencyPair;
import org.knowm.xchange.derivative.FuturesContract;

class MarketNamesTest {
    private static final CurrencyPair XRP_ETH = new CurrencyPair("XRP", "ETH");
    private static final CurrencyPair A_BCD = new CurrencyPair("A", "BCD");
    private static final CurrencyPair AB_CD = new CurrencyPair("AB", "CD");
    private static final FuturesContract SWAP = new FuturesContract("BTC/USDT/PERP");

    private final MarketNames markets = new MarketNames(List.of(XRP_ETH, A_BCD, AB_CD, SWAP));

    @ParameterizedTest
    @ValueSource(strings = {"XRPETH", "XRP/ETH", "XRP-ETH", "XRP_ETH", "xrpeth", "xrp-eth"})
    void understandsTheExchangesOwnNotation(String symbol) throws OrderException {
        assertThat(markets.find(symbol)).isEqualTo(XRP_ETH);
        assertThat(markets.name(XRP_ETH)).as("as the bot wrote it").isEqualTo(symbol);
    }

    @Test
    void namesAMarketThatTheBotHasNotNamed() {
        assertThat(markets.name(XRP_ETH)).isEqualTo("XRPETH");
        assertThat(markets.name(AB_CD)).isEqualTo("AB/CD");
        assertThat(markets.name(new CurrencyPair("NEW", "USD"))).isEqualTo("NEW/USD");
    }

    @Test
    void refusesANameThatTwoMarketsHave() throws OrderException {
        assertThatThrownBy(() -> markets.find("ABCD"))
                .hasMessage("market ABCD is one of several in XChange's metadata: write BASE/COUNTER");
        assertThat(markets.find("AB/CD")).isEqualTo(AB_CD);
        assertThat(markets.find("A-BCD")).isEqualTo(A_BCD);
    }

    @Test
    void knowsFutures() throws OrderException {
        assertThat(markets.find("BTC/USDT/PERP")).isEqualTo(SWAP);
        assertThat(markets.find("BTCUSDTPERP")).isEqualTo(SWAP);
    }

    @Test
    void needsASeparatorForAMarketThatIsNotListed() throws OrderException {
        assertThat(markets.find("NEW/USD")).isEqualTo(new CurrencyPair("NEW", "USD"));
        assertThat(markets.find("NEW-USD")).isEqualTo(new CurrencyPair("NEW", "USD"));
        assertFails(FailureReason.INVALID, () -> markets.find("NEWUSD"))
                .hasMessageStartingWith("market NEWUSD is not in XChange's metadata: write BASE/COUNTER");
    }
}
