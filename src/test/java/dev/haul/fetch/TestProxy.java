package dev.haul.fetch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A proxy on loopback that speaks CONNECT, absolute form and SOCKS5, and writes down what it was
 * asked. It knows names of its own; everything leads to loopback.
 */
final class TestProxy implements Closeable {
  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Map<String, Boolean> refused = new ConcurrentHashMap<>();
  private @Nullable String login;

  TestProxy() throws IOException {
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** The request lines, or {@code socks5 host:port}, each with the login that came along. */
  List<String> asked() {
    return asked;
  }

  /** Only for who sends {@code user:password}. */
  void requireLogin(String userAndPassword) {
    login = userAndPassword;
  }

  void refuse(String hostAndPort) {
    refused.put(hostAndPort, true);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      var in = new DataInputStream(client.getInputStream());
      int first = in.read();
      if (first == 5) {
        socks(client, in);
      } else if (first >= 0) {
        http(client, in, first);
      }
    } catch (IOException e) {
      // The client has gone.
    }
  }

  private void http(Socket client, InputStream in, int first) throws IOException {
    String head = (char) first + head(in);
    String line = head.substring(0, head.indexOf("\r\n"));
    String sent = header(head, "proxy-authorization");
    asked.add(line + (sent == null ? "" : " " + sent));
    String[] words = line.split(" ", -1);
    OutputStream out = client.getOutputStream();
    String expected =
        login == null
            ? null
            : "Basic " + java.util.Base64.getEncoder().encodeToString(login.getBytes(ISO_8859_1));
    if (expected != null && !expected.equals(sent)) {
      out.write(
          "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
              .getBytes(ISO_8859_1));
    } else if (words[0].equals("CONNECT")) {
      if (refused.containsKey(words[1])) {
        out.write("HTTP/1.1 403 secret-reason\r\nContent-Length: 0\r\n\r\n".getBytes(ISO_8859_1));
        return;
      }
      Socket target = connect(words[1].substring(words[1].lastIndexOf(':') + 1));
      out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(ISO_8859_1));
      tunnel(client, target);
    } else {
      var url = java.net.URI.create(words[1]);
      Socket target = connect(String.valueOf(url.getPort()));
      String forwarded =
          head.replace(words[1], url.getRawPath()).replaceAll("(?i)proxy-authorization:.*\r\n", "");
      target.getOutputStream().write((forwarded + "\r\n").getBytes(ISO_8859_1));
      tunnel(client, target);
    }
  }

  private static @Nullable String header(String head, String name) {
    for (String line : head.split("\r\n", -1)) {
      if (line.toLowerCase(java.util.Locale.ROOT).startsWith(name + ":")) {
        return line.substring(name.length() + 1).strip();
      }
    }
    return null;
  }

  private static String head(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("closed");
      }
      head.write(next);
    }
    String text = head.toString(ISO_8859_1);
    return text.substring(0, text.length() - 2);
  }

  private void socks(Socket client, DataInputStream in) throws IOException {
    OutputStream out = client.getOutputStream();
    in.readNBytes(in.read());
    String sent = "";
    if (login == null) {
      out.write(new byte[] {5, 0});
    } else {
      out.write(new byte[] {5, 2});
      in.read();
      String user = new String(in.readNBytes(in.read()), ISO_8859_1);
      sent = user + ":" + new String(in.readNBytes(in.read()), ISO_8859_1);
      boolean fits = sent.equals(login);
      out.write(new byte[] {1, (byte) (fits ? 0 : 1)});
      if (!fits) {
        return;
      }
    }
    in.readNBytes(3);
    String host =
        in.read() == 3
            ? new String(in.readNBytes(in.read()), ISO_8859_1)
            : InetAddress.getByAddress(in.readNBytes(4)).getHostAddress();
    int port = in.readUnsignedShort();
    asked.add("socks5 " + host + ":" + port + (sent.isEmpty() ? "" : " " + sent));
    boolean refuses = refused.containsKey(host + ":" + port);
    out.write(new byte[] {5, (byte) (refuses ? 2 : 0), 0, 1, 127, 0, 0, 1, 0, 0});
    if (!refuses) {
      tunnel(client, connect(String.valueOf(port)));
    }
  }

  private Socket connect(String port) throws IOException {
    var target = new Socket(InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(port));
    sockets.add(target);
    return target;
  }

  private static void tunnel(Socket client, Socket target) throws IOException {
    Thread.ofVirtual()
        .start(() -> {
          try (target) {
            client.getInputStream().transferTo(target.getOutputStream());
          } catch (IOException e) {
            // One side has gone.
          }
        });
    target.getInputStream().transferTo(client.getOutputStream());
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
