package org.catalogtagger.streaming.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedUrisTest {
    private final AllowedUris allowed = new AllowedUris(List.of(
            "https://images.example.com",
            "https://*.cdn.example.com/products",
            "http://intranet:8080/pictures/",
            "file:///data/images",
            "s3://bucket_1/products"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://images.example.com/1.jpg",
                "https://images.example.com:443/a/b/1.jpg?size=large",
                "HTTPS://Images.Example.COM/1.jpg",
                "https://eu.cdn.example.com/products/1.jpg",
                "https://a.b.cdn.example.com/products",
                "http://intranet:8080/pictures/1.jpg",
                "file:///data/images/shirts/1.jpg",
                "file:/data/images/1.jpg",
                "s3://bucket_1/products/1.jpg"
            })
    void coversWhatItsEntriesSay(String uri) {
        assertThat(covers(allowed, uri)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://images.example.com/1.jpg",
                "https://images.example.com:8443/1.jpg",
                "https://images.example.com.evil.org/1.jpg",
                "https://images.example.com@evil.org/1.jpg",
                "https://user@images.example.com/1.jpg",
                "https://evil.org/images.example.com/1.jpg",
                "https://cdn.example.com/products/1.jpg",
                "https://evilcdn.example.com/products/1.jpg",
                "https://eu.cdn.example.com/productsecret/1.jpg",
                "https://eu.cdn.example.com/products/../secret/1.jpg",
                "https://eu.cdn.example.com/products/%2e%2e/secret/1.jpg",
                "https://eu.cdn.example.com/products/..%2fsecret/1.jpg",
                "http://intranet:8080/",
                "http://intranet/pictures/1.jpg",
                "file:///data/images/../secret.jpg",
                "file:///data/imagesecret/1.jpg",
                "file:///etc/passwd",
                "file://host/data/images/1.jpg",
                "s3://bucket_2/products/1.jpg",
                "https://eu.cdn.example.com/products/%2E./secret/1.jpg",
                "https://eu.cdn.example.com/products/%252e%252e/secret/1.jpg",
                "https://eu.cdn.example.com/products/%25252e%25252e%25252fsecret/1.jpg",
                "https://eu.cdn.example.com/products/..;x=1/secret/1.jpg",
                "https://eu.cdn.example.com/products/..%3b/secret/1.jpg",
                "https://eu.cdn.example.com/products/%5c..%5csecret/1.jpg",
                "https://eu.cdn.example.com/products/%c0%ae%c0%ae/secret/1.jpg",
                "https://eu.cdn.example.com/products/%e2%80%a5/secret/1.jpg",
                "https://eu.cdn.example.com/products/..%20/secret/1.jpg",
                "https://eu.cdn.example.com/products%2f1.jpg",
                "https://eu.cdn.example.com//products/1.jpg",
                "https://eu.cdn.example.com/products;x/1.jpg",
                "https://images.example.com./1.jpg",
                "https://b\u00fccher.cdn.example.com/products/1.jpg",
                "https://x_y.cdn.example.com:8443/products/1.jpg",
                "https://images.example.com:99999/1.jpg",
                "https://images.example.com:0/1.jpg",
                "https://evil.org:80_x.cdn.example.com/products/1.jpg",
                "file:///data/images/%2e%2e/secret.jpg",
                "file:////data/images/1.jpg",
                "file:///data/images/1.jpg?x",
                "file:///data/images/1.jpg#f",
                "file:///data/images/%00.jpg",
                "s3://key:secret@bucket_1/products/1.jpg",
                "s3://bucket_1/products/%2e%2e/secret/1.jpg",
                "ftp://images.example.com/1.jpg"
            })
    void coversNothingElse(String uri) {
        assertThat(covers(allowed, uri)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://images.example.com/v0/o/images%2Fshirt.jpg?alt=media",
                "https://images.example.com//a/../b;v=2/%252e.jpg",
                "https://eu.cdn.example.com/products/a%2Fb..c/.x;y/caf%C3%A9%20%E9.jpg",
                "https://x_y.cdn.example.com/products/1.jpg",
                "https://x_y.cdn.example.com:443/products//1.jpg"
            })
    void doesNotRefuseNamesThatAreOnlyOdd(String uri) {
        assertThat(covers(allowed, uri)).isTrue();
    }

    private static boolean covers(AllowedUris allowed, String uri) {
        try {
            return allowed.cover(Target.of(URI.create(uri)));
        } catch (FetchException e) {
            return false;
        }
    }

    @Test
    void anEmptyListCoversNothing() {
        assertThat(covers(new AllowedUris(List.of()), "https://images.example.com/1.jpg"))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"images.example.com", "*", "https://", "https://a b", "https://u:p@a", "file://host/data"})
    void refusesWhatIsNoEntry(String entry) {
        assertThatThrownBy(() -> new AllowedUris(List.of(entry)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(entry);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "10.1.2.3",
                "100.64.0.1",
                "127.0.0.1",
                "169.254.169.254",
                "172.16.0.1",
                "192.168.1.1",
                "198.18.0.1",
                "224.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "fe80::1",
                "fc00::1",
                "fd12::1",
                "ff02::1",
                "::ffff:10.0.0.1",
                "::127.0.0.1",
                "::ffff:0:127.0.0.1",
                "64:ff9b::a00:1",
                "64:ff9b:1::808:808",
                "2002:7f00:1::",
                "2001:0:7f00:1::",
                "2001:db8::1",
                "100::1",
                "192.0.2.1",
                "192.88.99.1",
                "198.51.100.1",
                "203.0.113.1",
                "2130706433",
                "127.1"
            })
    void internalAddressesAreNotPublic(String address) throws Exception {
        assertThat(PublicAddresses.isPublic(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "100.128.0.1",
                "172.32.0.1",
                "192.0.1.1",
                "2606:4700::1111",
                "2001:4860::8888",
                "64:ff9b::808:808",
                "2002:808:808::"
            })
    void othersArePublic(String address) throws Exception {
        assertThat(PublicAddresses.isPublic(InetAddress.getByName(address))).isTrue();
    }
}
