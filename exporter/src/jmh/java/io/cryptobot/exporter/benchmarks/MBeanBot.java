package io.cryptobot.exporter.benchmarks;

import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.rmi.registry.LocateRegistry;
import java.util.Map;
import javax.management.ObjectName;
import javax.management.StandardMBean;
import javax.management.remote.JMXConnectorServerFactory;
import javax.management.remote.JMXServiceURL;

/** What jmx_exporter scrapes: a process with an MBean for each series. Prints its port. */
final class MBeanBot {
    private MBeanBot() {}

    /** One series. */
    public interface Orders {
        /** {@return the failed ones} */
        long getFailed();
    }

    /** Argument: how many series. */
    public static void main(String[] arguments) throws Exception {
        for (int series = 0; series < Integer.parseInt(arguments[0]); series++) {
            ManagementFactory.getPlatformMBeanServer()
                    .registerMBean(
                            new StandardMBean((Orders) () -> 17, Orders.class),
                            new ObjectName("peer:type=orders,bot=bot-" + series / Fleet.SERIES + ",exchange=exchange-"
                                    + series % Fleet.SERIES));
        }
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        LocateRegistry.createRegistry(port);
        JMXConnectorServerFactory.newJMXConnectorServer(
                        new JMXServiceURL("service:jmx:rmi:///jndi/rmi://127.0.0.1:" + port + "/jmxrmi"),
                        Map.of(),
                        ManagementFactory.getPlatformMBeanServer())
                .start();
        System.out.println("port " + port);
    }
}
