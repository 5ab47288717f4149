import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.bson.Document;
import io.netty.channel.Channel;
import java.io.IOException;

/**
 * A server in memory that speaks MongoDB's protocol, for tests on machines without mongod. Prints its address and runs
 * until its standard input ends, so that it never outlives whoever started it.
 */
public final class MongoStandIn {
    public static void main(String[] arguments) throws IOException {
        MongoServer server = new MongoServer(new ModernBackend());
        System.out.println("mongodb://127.0.0.1:" + server.bind().getPort());
        while (System.in.read() >= 0) {
            // Nothing is expected on the input but its end.
        }
        server.shutdownNow();
    }

    /**
     * Says that it speaks the protocol of MongoDB 7.0: the driver does without servers that say less than 4.2. One command
     * at a time, and answered with a copy: documents are changed in place, and whoever read one meanwhile would see half of
     * a change, which MongoDB never shows of a single document.
     */
    private static final class ModernBackend extends MemoryBackend {
        private static final int WIRE_VERSION = 21;

        @Override
        public synchronized Document handleCommand(Channel channel, String database, String command, Document query) {
            boolean greeting = command.equalsIgnoreCase("hello") || command.equalsIgnoreCase("isMaster");
            Document answer = super.handleCommand(channel, database, greeting ? "isMaster" : command, query);
            if (greeting) {
                answer.put("maxWireVersion", WIRE_VERSION);
            }
            return answer.cloneDeeply();
        }
    }
}
