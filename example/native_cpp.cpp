/* SPDX-License-Identifier: MIT */
/*
 * C++11: a generator class on a context.  A range-based for takes its values,
 * an exception in the generator arrives in the loop, and leaving the loop early
 * unwinds the generator, so that its destructors run.
 */
#include <cstdio>
#include <functional>
#include <new>
#include <stdexcept>
#include <uctx.h>

template <typename T> class generator
{
  public:
    using yielder = std::function<void(const T &)>;
    explicit generator(std::function<void(const yielder &)> b)
        : body(std::move(b)), ctx(uctx_create(0, run))
    {
        if (ctx == nullptr)
            throw std::bad_alloc();
    }
    ~generator()
    {
        uctx_cancel(ctx);
        uctx_destroy(ctx);
    }
    generator(const generator &) = delete;
    generator &operator=(const generator &) = delete;

    struct iterator {
        generator *of;
        const T *value;
        const T &operator*() const
        {
            return *value;
        }
        bool operator!=(const iterator &o) const
        {
            return value != o.value;
        }
        iterator &operator++()
        {
            value = static_cast<const T *>(uctx_resume(of->ctx, of));
            return *this;
        }
    };
    iterator begin()
    {
        return ++iterator{this, nullptr};
    }
    iterator end()
    {
        return {this, nullptr};
    }

  private:
    static void *run(struct uctx *self, void *value)
    {
        static_cast<generator *>(value)->body(
            [self](const T &t) { uctx_yield(self, const_cast<T *>(&t)); });
        return nullptr;
    }
    std::function<void(const yielder &)> body;
    struct uctx *ctx;
};

static int guards;

struct guard {
    guard()
    {
        guards++;
    }
    ~guard()
    {
        guards--;
    }
};

int main()
{
    int sum = 0;
    bool caught = false;
    auto squares = [](const generator<int>::yielder &yield) {
        guard here;
        for (int i = 1; i <= 10; i++)
            yield(i * i);
        throw std::runtime_error("out of squares");
    };

    {
        generator<int> all(squares);
        try {
            for (int square : all)
                sum += square;
        } catch (const std::runtime_error &e) {
            std::printf("sum %d, then: %s\n", sum, e.what());
            caught = true;
        }
    }
    {
        generator<int> some(squares);
        for (int square : some)
            if (square > 20)
                break;
        std::printf("guards before the end of the second: %d", guards);
    }
    std::printf(", and after: %d\n", guards);
    return !(sum == 385 && caught && guards == 0);
}
